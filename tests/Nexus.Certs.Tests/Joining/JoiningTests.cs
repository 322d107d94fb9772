using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Nexus.Certs.Distribution;
using Nexus.Certs.Joining;
using Nexus.Contracts.Certs.V1;
using Nexus.Contracts.Identities.V1;
using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Tests.Joining;

/// <summary>How services come by their identities.</summary>
public sealed class JoiningTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UtcNow);
    private CertsUnderTest? _certs;

    private CertsUnderTest Certs => _certs ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _certs = await StartCertsAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        if (_certs is not null) await _certs.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Token_LetsOneProcessInOnce_AsWhatItWasMadeFor()
    {
        var token = await TokenAsync(ServiceRole.Hub);
        using var folder = new TemporaryFolder();
        await using var hub = new JoiningService(folder, _time, ServiceRole.Hub, Certs.Address, token);
        await hub.StartAsync();
        Assert.Equal(ServiceRole.Hub, hub.Identity.Current?.Role);
        Assert.InRange((hub.Identity.Current?.NotAfter ?? default) - _time.GetUtcNow(), TimeSpan.FromHours(24) - TimeSpan.FromSeconds(2), TimeSpan.FromHours(24));
        using (var channel = hub.Call(new Uri(Certs.Address)))
        {
            using var call = new Certificates.CertificatesClient(channel).Watch(new() { Purpose = CertificatePurpose.Hub }, cancellationToken: TestContext.Current.CancellationToken);
            Assert.NotEmpty((await CertsUnderTest.NextAsync(call)).ChainPem);
        }

        using var other = new TemporaryFolder();
        await using var second = new JoiningService(other, _time, ServiceRole.Hub, Certs.Address, token);
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(second.StartAsync);
        Assert.Contains("unknown, or was used", Assert.Single(refused.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[3], refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_Old_IsRefused_AndItsFileGoes()
    {
        var token = await TokenAsync(ServiceRole.Edge);
        _time.Advance(TimeSpan.FromMinutes(10));
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await JoinAsync(token, "edge", SigningRequest()));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);

        await TokenAsync(ServiceRole.Edge);
        _time.Advance(TimeSpan.FromMinutes(11));
        await TokenAsync(ServiceRole.Edge);
        Assert.Single(Directory.GetFiles(_folder.PathOf("certs"), "join-*"));
    }

    [Fact]
    public async Task Token_ShownForAnotherRole_IsOfNoUseAfterwards()
    {
        var token = await TokenAsync(ServiceRole.Edge);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(async () => await JoinAsync(token, "hub", SigningRequest()))).StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(async () => await JoinAsync(token, "edge", SigningRequest()))).StatusCode);
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(async () => await JoinAsync(await TokenAsync(ServiceRole.Edge), "certs", SigningRequest()))).StatusCode);
    }

    [Fact]
    public async Task Token_ShownByManyAtOnce_LetsOneIn()
    {
        var token = await TokenAsync(ServiceRole.Mesh);
        var joined = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            try
            {
                await JoinAsync(token, "mesh", SigningRequest());
                return true;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.PermissionDenied)
            {
                return false;
            }
        }));
        Assert.Single(joined, didJoin => didJoin);
    }

    [Fact]
    public async Task SigningRequest_OfNoUse_IsRefused_AndDoesNotUseUpTheToken()
    {
        var token = await TokenAsync(ServiceRole.Hub);
        using var rsa = RSA.Create(2_048);
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var good = SigningRequest().ToByteArray();
        var forged = (byte[])good.Clone();
        forged[^1] ^= 1;
        byte[][] bad =
        [
            [], [0x30, 0x80], good[..^1], forged, new byte[9_000],
            new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest(),
            new CertificateRequest("CN=x", large, HashAlgorithmName.SHA256).CreateSigningRequest(),
        ];
        foreach (var request in bad)
        {
            var refused = await Assert.ThrowsAsync<RpcException>(async () => await JoinAsync(token, "hub", ByteString.CopyFrom(request)));
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        }

        await JoinAsync(token, "hub", SigningRequest());
    }

    /// <summary>Whoever sits where Certs should be gets no secret.</summary>
    [Fact]
    public async Task AnotherCerts_IsNotToldTheSecret()
    {
        using var folder = new TemporaryFolder();
        await using var impostor = await StartCertsAsync(folder);
        using var own = new TemporaryFolder();
        await using var hub = new JoiningService(own, _time, ServiceRole.Hub, impostor.Address, await TokenAsync(ServiceRole.Hub));
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(hub.StartAsync);
        Assert.Contains("is not the Certs that has made the token", Assert.Single(refused.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain(impostor.Logs.Records, log => log.Category.EndsWith("IdentitiesService", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Identity_IsRenewedAtHalfOfItsLife_AndNoCallIsDropped()
    {
        using var folder = new TemporaryFolder();
        await using var hub = new JoiningService(folder, _time, ServiceRole.Hub, Certs.Address, await TokenAsync(ServiceRole.Hub));
        var timers = _time.ArmedTimers;
        await hub.StartAsync();
        var first = hub.Identity.Current;
        using var channel = hub.Call(new Uri(Certs.Address));
        using var call = new Certificates.CertificatesClient(channel).Watch(new() { Purpose = CertificatePurpose.Hub }, cancellationToken: TestContext.Current.CancellationToken);
        await CertsUnderTest.NextAsync(call);

        await Eventually.SucceedsAsync(() => Task.FromResult(_time.ArmedTimers > timers), () => "It does not wait for its half-life.");
        _time.Advance(TimeSpan.FromHours(14));
        await Eventually.SucceedsAsync(() => Task.FromResult(hub.Identity.Current != first), () => $"It was not renewed: {string.Join('\n', hub.Logs.Records)}");
        Assert.True(hub.Identity.Current?.NotAfter > first?.NotAfter);
        Certs.App.Services.GetRequiredService<CertificateFeed>().Publish(new HubCertificate("chain", "key", _time.GetUtcNow(), _time.GetUtcNow()));
        for (var chain = ""; chain != "chain"; chain = (await CertsUnderTest.NextAsync(call)).ChainPem)
        {
            // Those that Certs has made of itself meanwhile.
        }
    }

    [Fact]
    public async Task Restart_WithinTheIdentitysLife_NeedsNoToken_AndAfterItDoes()
    {
        using var folder = new TemporaryFolder();
        await using (var hub = new JoiningService(folder, _time, ServiceRole.Hub, Certs.Address, await TokenAsync(ServiceRole.Hub))) await hub.StartAsync();
        if (!OperatingSystem.IsWindows()) Assert.Equal(PrivateFiles.OwnerOnly, File.GetUnixFileMode(folder.PathOf("identities", "hub.pem")));
        await using (var again = new JoiningService(folder, _time, ServiceRole.Hub, Certs.Address, token: null)) await again.StartAsync();

        _time.Advance(TimeSpan.FromHours(25));
        await using (var late = new JoiningService(folder, _time, ServiceRole.Hub, Certs.Address, token: null))
        {
            Assert.Contains("no join token", Assert.Single((await Assert.ThrowsAsync<OptionsValidationException>(late.StartAsync)).Failures), StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(folder.PathOf("identities", "hub.pem"), "damaged", TestContext.Current.CancellationToken);
        await using var mended = new JoiningService(folder, _time, ServiceRole.Hub, Certs.Address, await TokenAsync(ServiceRole.Hub));
        await mended.StartAsync();
        Assert.Equal(ServiceRole.Hub, mended.Identity.Current?.Role);
    }

    private Task<CertsUnderTest> StartCertsAsync(TemporaryFolder folder) => CertsUnderTest.StartAsync(folder, _time, ("Kestrel:Endpoints:Grpc:Url", "https://127.0.0.1:0"));

    private async Task<string> TokenAsync(ServiceRole role) => (await Certs.App.Services.GetRequiredService<JoinTokens>().CreateAsync(role, TestContext.Current.CancellationToken)).Token.Reveal();

    private async Task JoinAsync(string token, string role, ByteString signingRequest)
    {
        using var channel = GrpcDefaults.CreateChannel(new Uri(Certs.Address), handler => handler.SslOptions = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null });
        var request = new JoinRequest { Role = role, Secret = token.Split('.')[3], SigningRequest = signingRequest };
        await new Contracts.Identities.V1.Identities.IdentitiesClient(channel).JoinAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }

    private static ByteString SigningRequest()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return ByteString.CopyFrom(new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest());
    }
}
