using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Nexus.Client.Tests.Scripted;
using Nexus.Protocol.ProxyProtocol;
using Nexus.Testing;

namespace Nexus.Client.Tests.UserAddress;

/// <summary>Local services learn who the user is.</summary>
public sealed class ProxyProtocolTests
{
    [Fact]
    public async Task V1_ServiceGetsTheUsersAddressBeforeTheUsersBytes()
    {
        var (client, hub) = await ConnectAsync(NexusProxyProtocol.V1);
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, "GET /"u8);
        const string Expected = "PROXY TCP4 203.0.113.10 0.0.0.0 54321 443\r\nGET /";
        Assert.Equal(Expected, Encoding.ASCII.GetString(await LocalService.ReceiveAsync(local, Expected.Length)));
    }

    [Fact]
    public async Task V2_ServiceSpeaksFirst_GetsTheHeaderAtOnce()
    {
        var (client, hub) = await ConnectAsync(NexusProxyProtocol.V2);
        await using var _ = client;
        var id = Guid.NewGuid();
        await hub.SendControlAsync($$"""{"event":"connect","client_id":"{{id}}","conn_port":443,"client_ip":"[2001:db8::7]:5000","transport":"tcp","hostname":"App.example.test","credits":64}""");
        using var local = await client.Service.AcceptAsync();
        var header = await ReceiveHeaderAsync(local);
        Assert.Equal(("[2001:db8::7]:5000", "[::]:443", "app.example.test", id.ToString("D"), ""), header);
        await LocalService.SendAsync(local, "220 ready"u8.ToArray());
        Assert.Equal("220 ready", Encoding.ASCII.GetString(await hub.WaitForDataAsync(id, 9)));
    }

    [Fact]
    public async Task V2_UserSpeaksTls_HeaderNamesTheProtocolThatTheUserOffersFirst()
    {
        var (client, hub) = await ConnectAsync(NexusProxyProtocol.V2);
        await using var _ = client;
        var hello = await CreateHelloAsync(SslApplicationProtocol.Http2, SslApplicationProtocol.Http11);
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, hello);
        var header = await ReceiveHeaderAsync(local);
        Assert.Equal(("203.0.113.10:54321", "0.0.0.0:443", "app.example.test", id.ToString("D"), "h2"), header);
        Assert.Equal(hello, await LocalService.ReceiveAsync(local, hello.Length));
    }

    [Fact]
    public async Task V2_HelloIsIncomplete_HeaderComesWithoutTheProtocol()
    {
        var (client, hub) = await ConnectAsync(NexusProxyProtocol.V2);
        await using var _ = client;
        var hello = await CreateHelloAsync(SslApplicationProtocol.Http2);
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, hello.AsSpan(0, 40));
        Assert.Equal(("203.0.113.10:54321", "0.0.0.0:443", "app.example.test", id.ToString("D"), ""), await ReceiveHeaderAsync(local));
        await hub.SendDataAsync(id, hello.AsSpan(40));
        Assert.Equal(hello, await LocalService.ReceiveAsync(local, hello.Length));
    }

    [Fact]
    public async Task V2_HubTellsNoAddress_HeaderSaysUnknown()
    {
        var (client, hub) = await ConnectAsync(NexusProxyProtocol.V2);
        await using var _ = client;
        var id = Guid.NewGuid();
        await hub.SendControlAsync($$"""{"event":"connect","client_id":"{{id}}","conn_port":443,"client_ip":"somewhere","hostname":"app.example.test","credits":64}""");
        using var local = await client.Service.AcceptAsync();
        Assert.Equal(("", "", "app.example.test", id.ToString("D"), ""), await ReceiveHeaderAsync(local));
    }

    [Fact]
    public async Task Hosts_MayDifferFromTheirPort()
    {
        var (client, hub) = await ConnectAsync(NexusProxyProtocol.V1, mapping =>
        {
            mapping.Hosts["app.example.test"] = mapping.Default;
            mapping.HostProxyProtocols["app.example.test"] = NexusProxyProtocol.None;
        });
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, "GET /"u8);
        Assert.Equal("GET /", Encoding.ASCII.GetString(await LocalService.ReceiveAsync(local, 5)));
    }

    [Fact]
    public async Task Handler_DialsWithAHeader()
    {
        var (client, hub) = await ConnectAsync(NexusProxyProtocol.None);
        await using var _ = client;
        var target = client.Service.Target;
        client.Client.UseConnectHandlers([(_, _) => new(NexusConnectResult.Dial(target, NexusProxyProtocol.V1))]);
        await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        Assert.Equal("PROXY ", Encoding.ASCII.GetString(await LocalService.ReceiveAsync(local, 6)));
    }

    [Theory]
    [InlineData(NexusProxyProtocol.V1, true, "203.0.113.10:54321  ")]
    [InlineData(NexusProxyProtocol.V2, true, "203.0.113.10:54321 app.example.test {id}")]
    [InlineData(NexusProxyProtocol.V2, false, "203.0.113.10:54321 app.example.test {id}")]
    public async Task Haproxy_SeesTheUser(NexusProxyProtocol protocol, bool isTls, string expected)
    {
        using var port = FreePort.Reserve();
        await using var haproxy = await HaproxyProcess.StartAsync($"""
            defaults
              mode http
              timeout connect 10s
              timeout client 30s
              timeout server 30s
            frontend test
              bind {port.EndPoint} accept-proxy
              http-request return status 200 content-type text/plain lf-string "%[src]:%[src_port] %[fc_pp_authority] %[fc_pp_unique_id]"

            """);
        var (client, hub) = await ConnectAsync(protocol, mapping => mapping.Default = port.EndPoint.ToString());
        await using var _ = client;
        var id = Guid.NewGuid();
        await hub.SendControlAsync($$"""{"event":"connect","client_id":"{{id}}","conn_port":443,"client_ip":"203.0.113.10:54321","hostname":"app.example.test","is_tls":{{(isTls ? "true" : "false")}},"credits":64}""");
        await hub.SendDataAsync(id, "GET / HTTP/1.1\r\nHost: app.example.test\r\nConnection: close\r\n\r\n"u8);
        await hub.WaitForControlAsync(id, "disconnect");
        var answer = Encoding.ASCII.GetString(hub.DataOf(id));
        Assert.Equal(expected.Replace("{id}", id.ToString("D"), StringComparison.Ordinal), answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    private static Task<(ClientUnderTest Client, HubSide Hub)> ConnectAsync(NexusProxyProtocol protocol, Action<NexusPortMapping>? change = null) =>
        ClientUnderTest.ConnectAsync(configure: options =>
        {
            options.PortMappings[443].ProxyProtocol = protocol;
            change?.Invoke(options.PortMappings[443]);
        });

    private static async Task<(string Source, string Destination, string Authority, string UniqueId, string Alpn)> ReceiveHeaderAsync(Socket socket)
    {
        // The fixed part says how long the rest is; nothing behind the header is taken.
        var start = await LocalService.ReceiveAsync(socket, 16);
        byte[] bytes = [.. start, .. await LocalService.ReceiveAsync(socket, start[14] << 8 | start[15])];
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(bytes, out var header));
        var addresses = header.Addresses;
        return (
            addresses.HasEndPoints ? addresses.Source.ToString() : "",
            addresses.HasEndPoints ? addresses.Destination.ToString() : "",
            Read(header, ProxyTlvType.Authority),
            Read(header, ProxyTlvType.UniqueId),
            Read(header, ProxyTlvType.Alpn));
    }

    private static string Read(in ProxyHeader header, ProxyTlvType type) => header.TryFind(type, out var value) ? Encoding.UTF8.GetString(value) : "";

    /// <summary>The first flight of a real TLS client.</summary>
    private static async Task<byte[]> CreateHelloAsync(params SslApplicationProtocol[] protocols)
    {
        await using var pair = new StreamPair();
        var wire = pair.Far;
        await using var tls = new SslStream(pair.Near);
        var handshake = tls.AuthenticateAsClientAsync(new() { TargetHost = "app.example.test", ApplicationProtocols = [.. protocols] }, TestContext.Current.CancellationToken);
        var buffer = new byte[16 * 1024];
        var count = await wire.ReadAtLeastAsync(buffer, 5, cancellationToken: TestContext.Current.CancellationToken).AsTask().BoundedAsync();
        var size = 5 + (buffer[3] << 8 | buffer[4]);
        await wire.ReadExactlyAsync(buffer.AsMemory(count, size - count), TestContext.Current.CancellationToken).AsTask().BoundedAsync();
        await wire.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => handshake.BoundedAsync());
        return buffer[..size];
    }
}
