using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Tests.Identities;

public sealed class DevelopmentCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Certificate_DefaultNames_IsTrustedThroughTheWrittenRoot(string name)
    {
        await using var certs = await CertsUnderTest.StartAsync(_folder, _time);
        await HandshakeAsync(certs, name);
    }

    [Fact]
    public async Task Certificate_ConfiguredNames_ReplaceTheDefaultOnes()
    {
        await using var certs = await CertsUnderTest.StartAsync(
            _folder, _time, ("Nexus:Certs:Development:Names:0", "hub.test"), ("Nexus:Certs:Development:Names:1", "*.hub.test"));

        await HandshakeAsync(certs, "hub.test");
        await HandshakeAsync(certs, "eu.hub.test");
        await Assert.ThrowsAsync<AuthenticationException>(() => HandshakeAsync(certs, "localhost"));
    }

    [Fact]
    public async Task Certificate_HalfOfItsLife_IsRenewedAndPushed()
    {
        await using var certs = await CertsUnderTest.StartAsync(_folder, _time);
        using var watch = certs.Watch();
        var first = await CertsUnderTest.NextAsync(watch);
        await _time.WaitForTimerAsync(TimeSpan.FromHours(12), TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromHours(12));

        var second = await CertsUnderTest.NextAsync(watch);
        Assert.Equal((1UL, 2UL), (first.Generation, second.Generation));
        Assert.NotEqual(first.PrivateKeyPem, second.PrivateKeyPem);
        using var leaf = CertsUnderTest.LeafOf(second);
        Assert.Equal(_time.GetUtcNow().AddHours(24).UtcDateTime, leaf.NotAfter.ToUniversalTime(), TimeSpan.FromSeconds(1));
        Assert.Equal(1, certs.Metrics.Sum("nexus.certs.certificates")); // the first one was before the recorder's time
        Assert.Equal(TimeSpan.FromHours(24).TotalSeconds, certs.Metrics.Observe("nexus.certs.certificate.remaining") ?? 0, tolerance: 1);
    }

    [Fact]
    public async Task Authority_AfterARestart_IsTheSame()
    {
        string root;
        await using (await CertsUnderTest.StartAsync(_folder, _time)) root = await ReadRootAsync();
        File.Delete(_folder.PathOf("certs", "ca.pem"));

        await using var again = await CertsUnderTest.StartAsync(_folder, _time);

        Assert.Equal(root, await ReadRootAsync());
        await HandshakeAsync(again, "localhost");
    }

    [Fact]
    public async Task Authority_IsAP256KeyThatSignsLeavesOnly()
    {
        await using var certs = await CertsUnderTest.StartAsync(_folder, _time);
        using var root = X509Certificate2.CreateFromPem(await ReadRootAsync());
        using var key = root.GetECDsaPublicKey();

        Assert.Equal("1.2.840.10045.3.1.7", key?.ExportParameters(includePrivateParameters: false).Curve.Oid.Value);
        var constraints = Assert.Single(root.Extensions.OfType<X509BasicConstraintsExtension>());
        Assert.True(constraints is { CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0, Critical: true });
        using var leaf = CertsUnderTest.LeafOf(await certs.CurrentAsync());
        Assert.False(Assert.Single(leaf.Extensions.OfType<X509BasicConstraintsExtension>()).CertificateAuthority);
    }

    [Theory]
    [InlineData("not a certificate")]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task Authority_Damaged_EndsTheStartAndIsLeftAlone(string damaged)
    {
        Directory.CreateDirectory(_folder.PathOf("certs"));
        var file = _folder.PathOf("certs", "authority.pem");
        await File.WriteAllTextAsync(file, damaged, TestContext.Current.CancellationToken);
        using var logs = new LogCollector();

        Assert.Equal(NexusHost.InvalidConfiguration, await NexusHost.RunAsync(CertsUnderTest.Build(_folder, _time, logs)).BoundedAsync());

        Assert.Contains(logs.Records, entry => entry.Message.Contains("Nexus:Certs:Storage:Directory: ", StringComparison.Ordinal) && entry.Message.Contains("damaged", StringComparison.Ordinal));
        Assert.Equal(damaged, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Authority_TwoProcessesStartTogether_AgreeOnOne()
    {
        var both = await Task.WhenAll(CertsUnderTest.StartAsync(_folder, _time), CertsUnderTest.StartAsync(_folder, _time)).BoundedAsync();
        foreach (var certs in both) await HandshakeAsync(certs, "localhost");
        foreach (var certs in both) await certs.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    private Task<string> ReadRootAsync() => File.ReadAllTextAsync(_folder.PathOf("certs", "ca.pem"), TestContext.Current.CancellationToken);

    /// <summary>A real handshake in which the user trusts the written root and nothing else.</summary>
    private async Task HandshakeAsync(CertsUnderTest certs, string name)
    {
        using var certificate = CertsUnderTest.LeafOf(await certs.CurrentAsync());
        using var root = X509Certificate2.CreateFromPem(await ReadRootAsync());
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var server = new SslStream(accepted.GetStream());
        await using var user = new SslStream(client.GetStream());
        var serving = server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, TestContext.Current.CancellationToken);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(root);

        await user.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name, CertificateChainPolicy = policy }, TestContext.Current.CancellationToken).BoundedAsync();
        await serving.BoundedAsync();
    }
}
