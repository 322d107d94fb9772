using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Nexus.Contracts.Identities.V1;
using Nexus.Identities;
using IdentityReply = Nexus.Contracts.Identities.V1.Identity;

namespace Nexus.Certs.Joining;

/// <summary>The calls of identities.proto.</summary>
internal sealed class IdentitiesService(ServiceAuthority authority, JoinTokens tokens, ILogger<IdentitiesService> logger) : Contracts.Identities.V1.Identities.IdentitiesBase
{
    private const int MaxSecretLength = 128;
    private const int MaxSigningRequestBytes = 8 * 1024;

    public override Task<Root> GetRoot(GetRootRequest request, ServerCallContext context) =>
        Task.FromResult(new Root { Certificate = ByteString.CopyFrom(authority.Root.RawData) });

    public override Task<IdentityReply> Join(JoinRequest request, ServerCallContext context)
    {
        // Certs lets nobody in beside itself: it is where the authority's key is.
        if (!ServiceRoles.TryParse(request.Role, out var role) || role == ServiceRole.Certs) throw Failure(StatusCode.InvalidArgument, "There is no such role.");
        var key = ReadKey(request.SigningRequest);
        if (request.Secret.Length > MaxSecretLength) throw Failure(StatusCode.PermissionDenied, "The token is unknown, or was used.");
        if (tokens.Use(request.Secret, role) is { } fault)
        {
            JoiningLog.Refused(logger, role, context.Peer, fault);
            throw Failure(StatusCode.PermissionDenied, fault);
        }

        JoiningLog.Joined(logger, role, context.Peer);
        return Task.FromResult(Reply(role, key));
    }

    public override Task<IdentityReply> Renew(RenewRequest request, ServerCallContext context)
    {
        if (context.GetHttpContext().Connection.ClientCertificate is not { } present || ServiceRoles.Find(present) is not { } role)
            throw Failure(StatusCode.Unauthenticated, "The caller shows no identity.");
        return Task.FromResult(Reply(role, ReadKey(request.SigningRequest)));
    }

    private static PublicKey ReadKey(ByteString signingRequest)
    {
        if (signingRequest.Length > MaxSigningRequestBytes) throw Failure(StatusCode.InvalidArgument, "The signing request is too long.");
        try
        {
            return ServiceAuthority.ReadKey(signingRequest.ToByteArray());
        }
        catch (CryptographicException e)
        {
            throw Failure(StatusCode.InvalidArgument, $"The signing request cannot be used: {e.Message}");
        }
    }

    private IdentityReply Reply(ServiceRole role, PublicKey key)
    {
        using var certificate = authority.Issue(role, key);
        return new() { Certificate = ByteString.CopyFrom(certificate.RawData), Root = ByteString.CopyFrom(authority.Root.RawData) };
    }

    private static RpcException Failure(StatusCode code, string detail) => new(new Status(code, detail));
}
