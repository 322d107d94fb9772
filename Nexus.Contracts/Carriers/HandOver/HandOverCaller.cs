using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>The target's end of one caller's connection. What it serves goes on when the connection is lost; only nobody hears of it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HandOverCaller(HandOverSocket socket, Func<string, bool> isTarget, Func<HandOverArrival, Task> serve, TimeProvider time)
{
    private static readonly TimeSpan s_helloTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Task, byte> _serving = new();
    private readonly ConcurrentDictionary<ulong, SocketPairChannel> _pairs = new();
    private bool _isWelcome;
    private volatile bool _isOver;

    /// <summary>One that is lost stays until what it handed over has ended.</summary>
    public bool IsConnected => !_isOver;

    /// <summary>Until the connection is over and everything that was served has ended.</summary>
    public async Task RunAsync()
    {
        using (time.CreateTimer(static state => ((HandOverCaller)state!).EndUnlessWelcome(), this, s_helloTimeout, Timeout.InfiniteTimeSpan))
        {
            while (await WaitAsync().ConfigureAwait(false) && await TryTakeAllAsync().ConfigureAwait(false))
            {
                // The next ones.
            }
        }

        _isOver = true;
        socket.Dispose();
        foreach (var pair in _pairs.Values) pair.Break(); // nobody can say any more how their bytes end
        await Task.WhenAll(_serving.Keys).ConfigureAwait(false);
        await socket.WhenPostedAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the connection once what is served has ended and was reported.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_serving.Keys).ConfigureAwait(false);
        socket.Dispose();
    }

    private async ValueTask<bool> WaitAsync()
    {
        try
        {
            await socket.Socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false); // looks, and takes nothing
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>All messages that are there; false at the end of the connection, or when the caller does not keep to the protocol.</summary>
    private async ValueTask<bool> TryTakeAllAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(HandOverLimits.MaxRequest);
        try
        {
            while (true)
            {
                var received = Receive(buffer.AsSpan(0, HandOverLimits.MaxRequest));
                if (received.Error is LinuxSockets.TryAgain or LinuxSockets.Interrupted) return true;
                if (received.Count == 0) return false;
                if (!await TryTakeAsync(received, buffer.AsMemory(0, received.Count)).ConfigureAwait(false)) return false;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ReceivedMessage Receive(Span<byte> buffer)
    {
        try
        {
            var received = LinuxSockets.Receive(socket.Socket.SafeHandle, buffer);
            if (received.Count == 0) received.Descriptor?.Dispose();
            return received;
        }
        catch (ObjectDisposedException)
        {
            return default;
        }
    }

    private async ValueTask<bool> TryTakeAsync(ReceivedMessage received, ReadOnlyMemory<byte> bytes)
    {
        if (received.IsTruncated || !HandOverFormat.TryRead(bytes.Span, out var message) || received.Descriptors != (message.Kind == HandOverMessageKind.Open ? 1 : 0))
        {
            received.Descriptor?.Dispose();
            return false;
        }

        switch (message.Kind)
        {
            case HandOverMessageKind.Nop:
                return true;
            case HandOverMessageKind.Hello when !_isWelcome:
                _isWelcome = isTarget(Encoding.UTF8.GetString(message.Text));
                return await SendAsync(_isWelcome ? HandOverMessageKind.HelloOk : HandOverMessageKind.HelloRefused).ConfigureAwait(false) && _isWelcome;
            case HandOverMessageKind.Ping when _isWelcome:
                return await SendAsync(HandOverMessageKind.Pong).ConfigureAwait(false);
            case HandOverMessageKind.Open when _isWelcome && received.Descriptor is { } descriptor:
                Own(ServeAsync(Arrive(message, descriptor), message.Id));
                return true;
            case HandOverMessageKind.Fin when _isWelcome:
                if (_pairs.TryGetValue(message.Id, out var ended)) ended.OnFin(message.Bytes);
                return true;
            case HandOverMessageKind.Abort when _isWelcome:
                if (_pairs.TryGetValue(message.Id, out var broken)) broken.Break();
                return true;
            default:
                received.Descriptor?.Dispose();
                return false;
        }
    }

    /// <summary>Null when it cannot be served.</summary>
    private HandOverArrival? Arrive(in HandOverMessage message, SafeSocketHandle descriptor)
    {
        var user = AsConnection(descriptor);
        if (user is not null && HandOverFormat.ReadRequest(message.Request) is { } open && TryPair(user, message.Id, out var pair))
            return new(socket, message.Id, open, message.Prelude.ToArray(), message.LastWords.ToArray(), user, pair);
        user?.Dispose();
        return null;
    }

    /// <summary>A Unix-domain socket is one of a pair. False when the number is another's.</summary>
    private bool TryPair(Socket user, ulong id, out SocketPairChannel? pair)
    {
        pair = user.AddressFamily == AddressFamily.Unix ? new(user, socket, id) : null;
        return pair is null || _pairs.TryAdd(id, pair);
    }

    private async Task ServeAsync(HandOverArrival? arrival, ulong id)
    {
        await Task.Yield(); // the next message need not wait
        if (arrival is not null) await serve(arrival).ConfigureAwait(false);
        if (arrival?.Pair is not null) _pairs.TryRemove(id, out _);
        if (arrival is null) await socket.SendAsync(HandOverFormat.Refused(id, OpenRefusal.Rejected, "no connected stream socket, or no valid request"), null, CancellationToken.None).ConfigureAwait(false);
    }

    private void Own(Task serving)
    {
        _serving.TryAdd(serving, 0);
        serving.ContinueWith(static (ended, all) => ((ConcurrentDictionary<Task, byte>?)all)?.TryRemove(ended, out _), _serving,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Null, and closed, when it is anything else.</summary>
    private static Socket? AsConnection(SafeSocketHandle descriptor)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(descriptor);
            if (socket is { SocketType: SocketType.Stream, Connected: true, AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 or AddressFamily.Unix }) return socket;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // No socket at all.
        }

        socket?.Dispose();
        descriptor.Dispose();
        return null;
    }

    private async ValueTask<bool> SendAsync(HandOverMessageKind kind) =>
        await socket.SendAsync(HandOverFormat.Of(kind), null, CancellationToken.None).ConfigureAwait(false) == HandOverSend.Sent;

    private void EndUnlessWelcome()
    {
        if (!_isWelcome) socket.Dispose();
    }
}
