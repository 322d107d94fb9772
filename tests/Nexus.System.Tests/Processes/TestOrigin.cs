using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>An ordinary web server with its own certificate, which knows nothing of Nexus.</summary>
internal sealed class TestOrigin : IAsyncDisposable
{
    public const string Greeting = "hello from the origin";
    public const string SecondGreeting = "hello from the second origin";

    private readonly TestCertificates _authority = new("Origin CA");
    private WebApplication? _app;

    public X509Certificate2 Certificate { get; private set; } = new TestCertificates().Root;

    public string AuthorityFile { get; private set; } = "";

    /// <summary>Trusts the origin's authority.</summary>
    public RemoteCertificateValidationCallback Validation => _authority.Validation;

    public int HttpsPort => Port(0);

    public int HttpPort => Port(1);

    public int SecondHttpPort => Port(2);

    public async Task StartAsync(string folder)
    {
        AuthorityFile = Path.Combine(folder, "origin-ca.pem");
        await File.WriteAllTextAsync(AuthorityFile, _authority.RootPem, TestContext.Current.CancellationToken);
        Certificate = _authority.Issue("app.test", "second.test", "localhost", "*.region.test");
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear(); // the settings of the services are beside the tests too
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate));
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.UseWebSockets();
        _app.MapGet("/", (HttpContext context) => context.Connection.LocalPort == SecondHttpPort ? SecondGreeting : Greeting);
        _app.MapGet("/bytes/{count:long}", SendAsync);
        _app.MapPost("/hash", HashAsync);
        _app.Map("/echo", EchoAsync);
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Another certificate that users trust.</summary>
    public X509Certificate2 Issue(string name) => _authority.Issue(name);

    /// <summary>Connects every name to this port of ours.</summary>
    public HttpClient CreateUser(int port)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = _authority.Validation;
        return new HttpClient(handler) { Timeout = TestTimeouts.Long };
    }

    /// <summary>The bytes of a download, block by block.</summary>
    public static IEnumerable<byte[]> Blocks(long count)
    {
        var block = new byte[1 << 20];
        Filler.Fill(block, 7);
        for (; count > 0; count -= block.Length) yield return count >= block.Length ? block : block[..(int)count];
    }

    public static string HashOf(IEnumerable<byte[]> blocks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in blocks) hash.AppendData(block);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public static async Task<string> HashOfAsync(Stream stream, CancellationToken cancellationToken) =>
        Convert.ToHexString(await SHA256.HashDataAsync(stream, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _authority.Dispose();
    }

    private static async Task SendAsync(HttpContext context, long count)
    {
        context.Response.ContentLength = count;
        foreach (var block in Blocks(count)) await context.Response.Body.WriteAsync(block, context.RequestAborted);
    }

    private static async Task HashAsync(HttpContext context) =>
        await context.Response.WriteAsync(await HashOfAsync(context.Request.Body, context.RequestAborted), context.RequestAborted);

    public static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[16 * 1024];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
        {
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    private int Port(int index) => new Uri(
        _app?.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.ElementAt(index) ?? throw new InvalidOperationException("Not started.")).Port;
}
