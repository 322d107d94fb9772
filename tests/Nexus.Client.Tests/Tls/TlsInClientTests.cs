using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Nexus.Client.Tests.Scripted;
using Nexus.Protocol.ProxyProtocol;
using Nexus.Testing;

namespace Nexus.Client.Tests.Tls;

/// <summary>Users whose TLS ends in the client, as a hub sees it.</summary>
public sealed class TlsInClientTests : IDisposable
{
    private const string Host = "app.example.test";
    private const string Capable = ",\"half_close\":true";
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _authority = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_UserIsServed_AndBothEndsArePassedOn()
    {
        var (client, hub) = await ConnectAsync(UseFiles);
        await using var _ = client;
        var id = await hub.ConnectAsync(extra: Capable);
        await using var user = await ShakeHandsAsync(hub, id);
        using var local = await client.Service.AcceptAsync();
        await user.WriteAsync("request"u8.ToArray(), Stop).BoundedAsync();
        await user.ShutdownAsync().BoundedAsync();
        await hub.SendControlAsync($$"""{"event":"half_close","client_id":"{{id}}"}""");
        Assert.Equal("request", Encoding.ASCII.GetString(await LocalService.ReceiveAllAsync(local)));

        await LocalService.SendAsync(local, "answer"u8.ToArray());
        local.Shutdown(SocketShutdown.Send);
        var answer = new byte[6];
        await user.ReadExactlyAsync(answer, Stop).AsTask().BoundedAsync();
        Assert.Equal("answer", Encoding.ASCII.GetString(answer));
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    public async Task User_LeavesAtOnce_ServiceGetsAllThatItSent()
    {
        var (client, hub) = await ConnectAsync(UseFiles);
        await using var _ = client;
        var id = await hub.ConnectAsync();
        await using var user = await ShakeHandsAsync(hub, id);
        using var local = await client.Service.AcceptAsync();
        await user.WriteAsync(new byte[50_000], Stop).BoundedAsync();
        await hub.DisconnectAsync(id);
        Assert.Equal(50_000, (await LocalService.ReceiveAllAsync(local)).Length);
    }

    [Fact]
    public async Task ServiceIsAway_UserOfHttpIsTold_AndTheHubHearsTheReason()
    {
        var (client, hub) = await ConnectAsync(options =>
        {
            UseFiles(options);
            using var nobody = FreePort.Reserve();
            options.PortMappings[443].Default = $"127.0.0.1:{nobody.Port}";
        });
        await using var _ = client;
        var id = await hub.ConnectAsync(extra: Capable);
        await using var user = await ShakeHandsAsync(hub, id, SslApplicationProtocol.Http11);
        var answer = new byte[12];
        await user.ReadExactlyAsync(answer, Stop).AsTask().BoundedAsync();
        Assert.Equal("HTTP/1.1 502", Encoding.ASCII.GetString(answer));
        Assert.Equal("dial_failed", (await hub.WaitForControlAsync(id, "disconnect")).Reason); // without waiting for the user's end
    }

    [Fact]
    public async Task NoCertificateYet_UserGetsAnAlert_AndTheConnectionEnds()
    {
        var (client, hub) = await ConnectAsync(options =>
        {
            options.PortMappings[443].DefaultTls = new() { Mode = NexusTlsMode.Auto };
            options.Tls = new() { StateDirectory = _folder.PathOf("state"), Directory = "https://127.0.0.1:9/directory" };
        });
        await using var _ = client;
        Assert.Equal(Host, Assert.Single(client.Client.Certificates).Host);
        var id = await hub.ConnectAsync(extra: Capable);
        await Assert.ThrowsAnyAsync<Exception>(() => ShakeHandsAsync(hub, id));
        Assert.Equal([21, 3, 3, 0, 2, 2, 112], hub.DataOf(id));
        await hub.WaitForControlAsync(id, "disconnect");
        Assert.DoesNotContain(client.Logs.At(LogLevel.Information), record => record.Message.Contains(Host, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ProxyProtocol_ServiceIsToldTheProtocolThatWasConfirmed()
    {
        var (client, hub) = await ConnectAsync(options =>
        {
            UseFiles(options);
            options.PortMappings[443].ProxyProtocol = NexusProxyProtocol.V2;
        });
        await using var _ = client;
        var id = await hub.ConnectAsync();
        await using var user = await ShakeHandsAsync(hub, id, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11);
        using var local = await client.Service.AcceptAsync();
        var start = await LocalService.ReceiveAsync(local, 16);
        byte[] header = [.. start, .. await LocalService.ReceiveAsync(local, start[14] << 8 | start[15])];
        Assert.Equal("http/1.1", ProtocolOf(header));
        await user.WriteAsync("GET /"u8.ToArray(), Stop).BoundedAsync();
        Assert.Equal("GET /", Encoding.ASCII.GetString(await LocalService.ReceiveAsync(local, 5)));
    }

    [Fact]
    public async Task PlainUser_OfTheSameTarget_GoesThroughAsItIs()
    {
        var (client, hub) = await ConnectAsync(UseFiles);
        await using var _ = client;
        var id = Guid.NewGuid();
        await hub.SendControlAsync($$"""{"event":"connect","client_id":"{{id}}","conn_port":443,"client_ip":"203.0.113.10:54321","transport":"tcp","hostname":"{{Host}}","credits":64}""");
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, "plain"u8);
        Assert.Equal("plain", Encoding.ASCII.GetString(await LocalService.ReceiveAsync(local, 5)));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    private static string ProtocolOf(byte[] header)
    {
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(header, out var read));
        return read.TryFind(ProxyTlvType.Alpn, out var value) ? Encoding.ASCII.GetString(value) : "";
    }

    private void UseFiles(NexusBackendOptions options)
    {
        var (certificateFile, keyFile) = _authority.IssuePem(Host).WriteTo(_folder.Path);
        options.PortMappings[443].DefaultTls = new() { Mode = NexusTlsMode.Files, CertificateFile = certificateFile, KeyFile = keyFile };
    }

    private static async Task<(ClientUnderTest Client, HubSide Hub)> ConnectAsync(Action<NexusBackendOptions> configure) => await ClientUnderTest.ConnectAsync(configure: configure);

    private async Task<SslStream> ShakeHandsAsync(HubSide hub, Guid id, params SslApplicationProtocol[] offers)
    {
        var user = new SslStream(new HubUserStream(hub, id));
        await user.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = Host, ApplicationProtocols = [.. offers], RemoteCertificateValidationCallback = _authority.Validation }, Stop).BoundedAsync();
        return user;
    }
}
