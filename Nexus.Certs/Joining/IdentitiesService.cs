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

    public override async Task<Root> GetRoot(GetRootRequest request, ServerCallContext context) =>
        new() { Certificate = ByteString.CopyFrom((await authority.GetRootAsync(context.CancellationToken)).RawData) };

    public override async Task<IdentityReply> Join(JoinRequest request, ServerCallContext context)
    {
        // Certs lets nobody in beside itself: it is where the authority's key is.
        if (!ServiceRoles.TryParse(request.Role, out var role) || role == ServiceRole.Certs) throw Failure(StatusCode.InvalidArgument, "There is no such role.");
        var key = ReadKey(request.SigningRequest);
        if (request.Secret.Length > MaxSecretLength) throw Failure(StatusCode.PermissionDenied, "The token is unknown, or was used.");
        if (await UseAsync(request.Secret, role, context) is { } fault)
        {
            JoiningLog.Refused(logger, role, context.Peer, fault);
            throw Failure(StatusCode.PermissionDenied, fault);
        }

        JoiningLog.Joined(logger, role, context.Peer);
        return await ReplyAsync(role, key, context);
    }

    public override async Task<IdentityReply> Renew(RenewRequest request, ServerCallContext context)
    {
        if (context.GetHttpContext().Connection.ClientCertificate is not { } present || ServiceRoles.Find(present) is not { } role)
            throw Failure(StatusCode.Unauthenticated, "The caller shows no identity.");
        return await ReplyAsync(role, ReadKey(request.SigningRequest), context);
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

    private async Task<string?> UseAsync(string secret, ServiceRole role, ServerCallContext context)
    {
        try
        {
            return await tokens.UseAsync(secret, role, context.CancellationToken);
        }
        catch (IOException)
        {
            throw Failure(StatusCode.Unavailable, "The tokens cannot be looked at now.");
        }
    }

    private async Task<IdentityReply> ReplyAsync(ServiceRole role, PublicKey key, ServerCallContext context)
    {
        using var certificate = await authority.IssueAsync(role, key, context.CancellationToken);
        var root = await authority.GetRootAsync(context.CancellationToken);
        return new() { Certificate = ByteString.CopyFrom(certificate.RawData), Root = ByteString.CopyFrom(root.RawData) };
    }

    private static RpcException Failure(StatusCode code, string detail) => new(new Status(code, detail));
}
