using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Nexus.Testing.Tests;

public sealed class TestCertificatesTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Theory]
    [InlineData("app.test")]
    [InlineData("127.0.0.1")]
    public Task Handshake_NameOfTheCertificate_Succeeds(string name) => HandshakeAsync(name, _certificates);

    [Fact]
    public Task Handshake_AnotherName_Fails() =>
        Assert.ThrowsAsync<AuthenticationException>(() => HandshakeAsync("other.test", _certificates));

    [Fact]
    public async Task Handshake_AnotherAuthority_Fails()
    {
        using var other = new TestCertificates();
        await Assert.ThrowsAsync<AuthenticationException>(() => HandshakeAsync("app.test", other));
    }

    public void Dispose() => _certificates.Dispose();

    private async Task HandshakeAsync(string name, TestCertificates trusted)
    {
        using var certificate = _certificates.Issue("app.test", "127.0.0.1");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var server = new SslStream(accepted.GetStream());
        await using var user = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, trusted.Validation);

        var serving = server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, TestContext.Current.CancellationToken);
        await user.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name }, TestContext.Current.CancellationToken).BoundedAsync();
        await serving.BoundedAsync();
    }
}
