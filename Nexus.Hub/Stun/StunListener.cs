using System.Net;
using System.Net.Sockets;

namespace Nexus.Hub.Stun;

/// <summary>
/// One bound STUN socket. When it listens on every address, the first datagram to one of them opens a socket of that
/// address's own, so that replies leave from where the question arrived; the kernel gives that socket all further ones.
/// </summary>
internal sealed class StunListener : IDisposable
{
    /// <summary>More local addresses than that answer from where the routing table says.</summary>
    private const int MaxAddresses = 64;

    private const int MaxDatagram = 2_048; // requests have 20 bytes, and some attributes at most

    private static readonly TimeSpan s_pauseAfterError = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly StunResponder _responder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<IPAddress, (StunListener Listener, Task Running)> _byAddress = [];

    /// <exception cref="SocketException">The port is taken, or the address is not ours.</exception>
    public StunListener(IPEndPoint endPoint, StunResponder responder, TimeProvider time, ILogger logger)
        : this(Bind(endPoint, isSecond: false), responder, time, logger)
    {
    }

    private StunListener(Socket socket, StunResponder responder, TimeProvider time, ILogger logger)
    {
        _socket = socket;
        _responder = responder;
        _time = time;
        _logger = logger;
        EndPoint = (IPEndPoint?)socket.LocalEndPoint ?? throw new InvalidOperationException("Not bound.");
    }

    public IPEndPoint EndPoint { get; }

    private bool IsForAll => EndPoint.Address.Equals(IPAddress.Any) || EndPoint.Address.Equals(IPAddress.IPv6Any);

    /// <summary>Answers until <paramref name="cancellationToken"/> fires.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxDatagram];
        var anySource = new IPEndPoint(EndPoint.Address, 0);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    var received = await _socket.ReceiveMessageFromAsync(buffer, SocketFlags.None, anySource, cancellationToken);
                    await AnswerAsync(buffer.AsMemory(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint, received.PacketInformation.Address, cancellationToken);
                }
                catch (SocketException e) when (e.SocketErrorCode != SocketError.MessageSize)
                {
                    StunLog.ReceiveFailed(_logger, e.SocketErrorCode, s_pauseAfterError);
                    await Task.Delay(s_pauseAfterError, _time, cancellationToken);
                }
                catch (SocketException)
                {
                    // Larger than any request: not for us.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The hub stops.
        }
        finally
        {
            await Task.WhenAll(_byAddress.Values.Select(one => one.Running));
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        foreach (var (listener, _) in _byAddress.Values) listener.Dispose();
    }

    private static Socket Bind(IPEndPoint endPoint, bool isSecond)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            if (isSecond) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(endPoint);
            // Only after binding: a port that somebody else has is an error, but our own sockets may share it.
            if (!isSecond) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask AnswerAsync(ReadOnlyMemory<byte> datagram, IPEndPoint source, IPAddress reached, CancellationToken cancellationToken)
    {
        var response = new byte[StunBinding.MaxResponseSize];
        var size = _responder.Respond(datagram.Span, source, response);
        if (size == 0) return;
        try
        {
            await SocketFor(reached, cancellationToken).SendToAsync(response.AsMemory(0, size), SocketFlags.None, source, cancellationToken);
            _responder.Sent();
        }
        catch (SocketException)
        {
            _responder.NotSent(); // an address without a route back, for one
        }
    }

    private Socket SocketFor(IPAddress reached, CancellationToken cancellationToken)
    {
        if (!IsForAll) return _socket;
        if (_byAddress.TryGetValue(reached, out var known)) return known.Listener._socket;
        if (_byAddress.Count >= MaxAddresses) return _socket;
        try
        {
            var listener = new StunListener(Bind(new IPEndPoint(reached, EndPoint.Port), isSecond: true), _responder, _time, _logger);
            _byAddress.Add(reached, (listener, listener.RunAsync(cancellationToken)));
            return listener._socket;
        }
        catch (SocketException)
        {
            return _socket; // a broadcast address, or one that has just gone
        }
    }
}
