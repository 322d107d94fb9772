using System.Net;
using System.Net.Sockets;
using Nexus.Contracts.Carriers;
using Nexus.Protocol.Channels;

namespace Nexus.Benchmarks.Carrier;

/// <summary>The edge's end of the carrier: accepted users, each relayed over a stream of its own. A user's first byte says what it wants.</summary>
internal sealed class CarrierEdgeEnd(string hub) : IAsyncDisposable
{
    /// <summary>First byte of a user that downloads; any other uploads.</summary>
    public const byte Download = (byte)'d';

    private readonly GrpcCarrier _carrier = new(new GrpcCarrierOptions(), TimeProvider.System);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Task> _users = [];
    private Task _accepting = Task.CompletedTask;

    public int Start()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(128);
        _accepting = AcceptAsync();
        return ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _carrier.Dispose();
        await _accepting;
        await Task.WhenAll(_users);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _users.Add(ServeAsync(await _listener.AcceptAsync()));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed: no more users.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using var user = new SocketChannel(socket);
        var wish = new byte[1];
        await user.WaitToReadAsync(CancellationToken.None);
        if (user.TryRead(wish).Count == 0) return;

        var open = new OpenStream
        {
            ClientAddress = $"{socket.RemoteEndPoint}",
            LocalPort = 443,
            Host = wish[0] == Download ? CarrierHubEnd.Source : "up.test",
        };
        var result = await _carrier.OpenAsync(hub, open, default, CancellationToken.None);
        if (!result.IsAccepted) throw new InvalidOperationException($"Refused: {result.Refusal} {result.Detail}");

        await using var backend = result.Channel;
        await DuplexRelay.RunAsync(user, backend, new DuplexRelayOptions(), TimeProvider.System, CancellationToken.None);
    }
}
