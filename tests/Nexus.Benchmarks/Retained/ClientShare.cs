using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Nexus.Client;
using Nexus.Protocol.Backend;
using Nexus.Protocol.WebSockets;

namespace Nexus.Benchmarks.Retained;

/// <summary>A whole client's share of its users; without TLS, which costs a stream nothing.</summary>
internal static class ClientShare
{
    private const string Host = "app.test";
    private const int Credits = 64;

    public static async Task<double> MeasureAsync()
    {
        using var hubs = Listen();
        using var services = Listen();
        using var echo = new EchoThread(services);
        await using var client = new NexusClient(new NexusBackendOptions
        {
            Name = "backend",
            Hostnames = [Host],
            NexusAddresses = [$"ws://127.0.0.1:{PortOf(hubs)}/connect"],
            Attestation = new() { HmacSecret = "a secret of the benchmark" },
            PortMappings = new Dictionary<int, NexusPortMapping> { [443] = new() { Default = $"127.0.0.1:{PortOf(services)}" } },
        });
        await client.StartAsync();
        using var line = await hubs.AcceptAsync();
        await using var hub = await GreetAsync(new NetworkStream(line));
        var connect = new ControlMessage(ControlEvent.Connect, default) { Port = 443, ClientAddress = "192.0.2.1:50000", Transport = "tcp", Hostname = Host, IsTls = true, Credits = Credits };
        var perUser = await IdleUsers.MeasureAsync(async () =>
        {
            var id = StreamId.New();
            await hub.SendAsync(connect with { StreamId = id });
            await hub.SendAsync(id, "a question"u8);
            await hub.DataAsync();
        });
        await client.StopAsync(new CancellationToken(canceled: true));
        return perUser;
    }

    /// <summary>The hub's part of upgrade and handshake.</summary>
    private static async Task<ForgetfulPeer> GreetAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)one[await stream.ReadAsync(one) - 1]);
        var key = head.ToString().Split("\r\n").Single(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':')[1].Trim();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {WebSocketHandshake.ComputeAccept(key)}\r\n\r\n"));
        var hub = new ForgetfulPeer(WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true }), answers: false);
        var token = new byte[8 * 1024];
        await hub.ReceiveAsync(token);
        await hub.SendTextAsync("""{"type":"handshake_challenge","nonce":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"""u8.ToArray());
        await hub.ReceiveAsync(token);
        hub.Start();
        return hub;
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(16);
        return socket;
    }

    private static int PortOf(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;
}
