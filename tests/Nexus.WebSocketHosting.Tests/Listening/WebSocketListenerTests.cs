using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.WebSocketHosting.Certificates;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.WebSocketHosting.Tests.Listening;

/// <summary>A listener whose peers show certificates, on a path of its own. The hub's tests show the rest: limits, deadlines, refusals.</summary>
public sealed class WebSocketListenerTests : IAsyncLifetime
{
    private readonly TestCertificates _authority = new();
    private readonly TestCertificates _stranger = new("Another CA");
    private readonly WebApplication _app;

    public WebSocketListenerTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_authority);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<NodeCertificate>();
        builder.AddWebSocketListener<MutualGate, NameTeller>();
        _app = builder.Build();
        _app.UseWebSocketListener();
        var own = _authority.IssuePem("node.test");
        _app.Services.GetRequiredService<NodeCertificate>().Use(own.Certificate, own.PrivateKey);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _app.StartAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task Peer_WithItsCertificate_IsUpgraded_AndKnown()
    {
        var answer = await AskAsync("/mesh", _authority);
        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nCN=peer.test", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherPath_IsNotFound_AndTheServiceHearsOfIt()
    {
        Assert.StartsWith("HTTP/1.1 404 ", await AskAsync("/connect", _authority), StringComparison.Ordinal);
        Assert.Equal(404, await ((MutualGate)_app.Services.GetRequiredService<IWebSocketGate>()).NextRefusalAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Peer_WithoutCertificateOrWithAStrangers_HearsNothing(bool hasCertificate)
    {
        try
        {
            Assert.Equal("", await AskAsync("/mesh", hasCertificate ? _stranger : null));
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // An alert, or a reset.
        }
    }

    /// <summary>All that is answered to an upgrade request.</summary>
    private async Task<string> AskAsync(string path, TestCertificates? authority)
    {
        using var connection = new TcpClient();
        var listener = _app.Services.GetRequiredService<WebSocketListener>().EndPoint ?? throw new InvalidOperationException("Not listening.");
        await connection.ConnectAsync(listener, Cancellation);
        await using var tls = new SslStream(connection.GetStream());
        using var own = authority?.Issue("peer.test");
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "node.test",
                RemoteCertificateValidationCallback = _authority.Validation,
                ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
            },
            Cancellation).BoundedAsync();
        await tls.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: node.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"), Cancellation);
        using var reader = new StreamReader(tls, Encoding.ASCII);
        return await reader.ReadToEndAsync(Cancellation).BoundedAsync();
    }
}
