using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Identities.V1;
using Nexus.ServiceDefaults;
using IdentityReply = Nexus.Contracts.Identities.V1.Identity;

namespace Nexus.Identities;

/// <summary>Gets the identity from Certs: the first by a join token unless one was kept, the next by the present one.</summary>
internal sealed class JoiningIssuer(
    IOptions<IdentityOptions> options, IdentityTerms terms, IdentityFile file, ServiceIdentity own, IConfiguration configuration, TimeProvider time) : IIdentityIssuer
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private const int MaxTokenFileBytes = 1_024;

    public async Task<Identity> IssueAsync(Identity? current, CancellationToken cancellationToken)
    {
        if (current is null && file.Read() is { } kept) return kept;
        if (!ServiceAddress.TryGetAllGrpc(configuration, "certs", out var replicas)) throw new IdentityRefusedException("The address of Certs is not configured.");
        for (var turn = 0; ; turn++)
        {
            try
            {
                var next = current is null ? await JoinAsync(replicas[turn], ReadToken(), cancellationToken) : await RenewAsync(replicas[turn], current, cancellationToken);
                file.Write(next);
                return next;
            }
            catch (RpcException e) when (turn < replicas.Count - 1 && e.StatusCode is (StatusCode.Unavailable or StatusCode.DeadlineExceeded) && !cancellationToken.IsCancellationRequested)
            {
                // Another replica gives the same.
            }
        }
    }

    private JoinToken ReadToken()
    {
        var text = options.Value.JoinToken;
        try
        {
            if (string.IsNullOrEmpty(text) && options.Value.JoinTokenFile is { Length: > 0 } path && new FileInfo(path).Length <= MaxTokenFileBytes) text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityRefusedException(e.Message, e);
        }

        if (!JoinToken.TryParse(text, out var token)) throw new IdentityRefusedException("There is no identity that is valid, and no join token.");
        return token.Role == terms.Role ? token : throw new IdentityRefusedException($"The token is for a service of another kind ({token.Role.ToWord()}).");
    }

    private async Task<Identity> JoinAsync(Uri certs, JoinToken token, CancellationToken cancellationToken)
    {
        // The secret is said only to whom has proven to be below the root that the token names.
        using var root = await FindRootAsync(certs, token, cancellationToken);
        using var channel = GrpcDefaults.CreateChannel(certs, handler => handler.SslOptions = new()
        {
            TargetHost = ServiceRole.Certs.ToDnsName(),
            RemoteCertificateValidationCallback = (_, shown, _, _) =>
                IdentityCheck.FindFault(shown as X509Certificate2, root, CertificateChain.ServerAuthentication, time.GetUtcNow(), [ServiceRole.Certs]) is null,
        });
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new JoinRequest { Role = terms.Role.ToWord(), Secret = token.Secret, SigningRequest = SigningRequest(key) };
        return await ReceiveAsync(new Contracts.Identities.V1.Identities.IdentitiesClient(channel).JoinAsync(request, Limited(cancellationToken)), key, root);
    }

    private async Task<X509Certificate2> FindRootAsync(Uri certs, JoinToken token, CancellationToken cancellationToken)
    {
        using var channel = GrpcDefaults.CreateChannel(certs, handler => handler.SslOptions = new()
        {
            TargetHost = ServiceRole.Certs.ToDnsName(),
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null, // nothing secret is said here, and what comes is compared
        });
        var reply = await new Contracts.Identities.V1.Identities.IdentitiesClient(channel).GetRootAsync(new(), Limited(cancellationToken));
        var found = reply.Certificate.ToByteArray();
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(found), token.RootDigest))
            throw new IdentityRefusedException($"{certs} is not the Certs that has made the token.");
        return X509CertificateLoader.LoadCertificate(found);
    }

    private async Task<Identity> RenewAsync(Uri certs, Identity current, CancellationToken cancellationToken)
    {
        using var channel = GrpcDefaults.CreateChannel(certs, handler => own.Secure(handler, ServiceRole.Certs));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new RenewRequest { SigningRequest = SigningRequest(key) };
        return await ReceiveAsync(new Contracts.Identities.V1.Identities.IdentitiesClient(channel).RenewAsync(request, Limited(cancellationToken)), key, current.Root);
    }

    private async Task<Identity> ReceiveAsync(AsyncUnaryCall<IdentityReply> call, ECDsa key, X509Certificate2 root)
    {
        try
        {
            using (call)
            {
                var reply = await call;
                using var certificate = X509CertificateLoader.LoadCertificate(reply.Certificate.Span);
                if (IdentityCheck.FindFault(certificate, root, CertificateChain.ClientAuthentication, time.GetUtcNow(), [terms.Role]) is { } fault)
                    throw new IdentityRefusedException($"Certs has sent something else than an identity: {fault}");
                return Identity.Of(certificate, key, X509CertificateLoader.LoadCertificate(root.RawData));
            }
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.PermissionDenied or StatusCode.InvalidArgument or StatusCode.Unauthenticated)
        {
            throw new IdentityRefusedException($"Certs refuses: {e.Status.Detail}", e);
        }
        catch (CryptographicException e)
        {
            throw new IdentityRefusedException($"Certs has sent something else than an identity: {e.Message}", e);
        }
    }

    private CallOptions Limited(CancellationToken cancellationToken) => new(deadline: time.GetUtcNow().UtcDateTime + s_patience, cancellationToken: cancellationToken);

    /// <summary>Names count for nothing: Certs writes the role that the caller has.</summary>
    private static ByteString SigningRequest(ECDsa key) =>
        ByteString.CopyFrom(new CertificateRequest("CN=nexus", key, HashAlgorithmName.SHA256).CreateSigningRequest());
}
