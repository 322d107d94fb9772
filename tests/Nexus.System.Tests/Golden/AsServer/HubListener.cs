using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Nexus.Protocol.WebSockets;
using Nexus.SystemTests.Golden.Wire;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>Takes the client's connections as the recorded server did: one path, no subprotocol, no extension.</summary>
internal sealed class HubListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<ServerLink> _links = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Changes _changes;
    private readonly Task _accepting;

    public HubListener(Changes changes)
    {
        _changes = changes;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<ServerLink> Links => [.. _links];

    /// <summary>What was wrong with a request.</summary>
    public string? Violation { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (var link in _links) await link.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                var link = new ServerLink(new WireConnection(new NetworkStream(socket, ownsSocket: true), masks: false), _changes);
                _links.Enqueue(link);
                if (await UpgradeAsync(link)) link.Start();
                _changes.Signal();
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
        {
            // The replay is over.
        }
    }

    private async Task<bool> UpgradeAsync(ServerLink link)
    {
        if (await link.Wire.ReadHeadAsync(_stop.Token) is not { } head) return false;
        var lines = head.Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var key = headers.GetValueOrDefault("Sec-WebSocket-Key");
        var isRight = lines[0] == "GET /connect HTTP/1.1"
            && headers.ContainsKey("Host")
            && headers.GetValueOrDefault("Upgrade") == "websocket"
            && string.Equals(headers.GetValueOrDefault("Connection"), "Upgrade", StringComparison.OrdinalIgnoreCase)
            && headers.GetValueOrDefault("Sec-WebSocket-Version") == "13"
            && !headers.ContainsKey("Sec-WebSocket-Protocol") && !headers.ContainsKey("Sec-WebSocket-Extensions") && !headers.ContainsKey("Authorization");
        if (!isRight || key is null || !WebSocketHandshake.IsValidKey(key))
        {
            Violation = head;
            return false;
        }

        await link.Wire.SendRawAsync($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {WebSocketHandshake.ComputeAccept(key)}\r\n\r\n", _stop.Token);
        return true;
    }
}
