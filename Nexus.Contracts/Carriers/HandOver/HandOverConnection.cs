using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>The caller's end of the connection to one target process: offers sockets, and hears what became of them.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HandOverConnection : IDisposable
{
    private static readonly byte[] s_ping = HandOverFormat.Of(HandOverMessageKind.Ping);

    private readonly HandOverSocket _socket;
    private readonly HandOverCarrierOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _inFlight;
    private readonly HandOverLedger _ledger = new();
    private readonly SilenceWatch _silence;

    public HandOverConnection(HandOverSocket socket, HandOverCarrierOptions options, TimeProvider time)
    {
        _socket = socket;
        _options = options;
        _time = time;
        _inFlight = new SemaphoreSlim(options.MaxInFlight);
        _silence = new SilenceWatch(options, time);
    }

    /// <summary>Whether anything can still be offered.</summary>
    public bool IsOver => _ledger.IsClosed;

    /// <summary>Reads what the target says until the connection is over. Then nothing is in flight any more.</summary>
    public async Task RunAsync()
    {
        using var stop = new CancellationTokenSource();
        var watching = WatchAsync(stop.Token);
        try
        {
            var buffer = new byte[HandOverLimits.MaxResponse + 1];
            while (await ReceiveAsync(buffer).ConfigureAwait(false) is > 0 and var count && TryTake(buffer.AsSpan(0, count))) _silence.Heard();
        }
        finally
        {
            End();
            await stop.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            await _socket.WhenPostedAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Offers a socket. Until the result is there the socket is the caller's, who must not use it.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired, and the target has not taken the socket.</exception>
    public async ValueTask<HandOverResult> OpenAsync(HandOverRequest request, Socket user, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.OpenTimeout, _time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        HandedOverStream? stream = null;
        var offer = await OfferAsync(request, Make, opening.Token).ConfigureAwait(false);
        // Who goes on using the socket must be sure that nobody takes it later.
        using (offer is null ? default : opening.Token.UnsafeRegister(static state => ((HandOverConnection)state!).StopListening(), this))
        {
            var answer = offer is null ? HandOverAnswer.NotPossible : await offer.Answer.ConfigureAwait(false);
            if (answer.IsAccepted) return new(stream, OpenRefusal.None, "");

            cancellationToken.ThrowIfCancellationRequested();
            return timeout.IsCancellationRequested ? HandOverResult.Refused(OpenRefusal.Timeout) : new(null, answer.Refusal, answer.Detail);
        }

        (IHandedOver, SafeHandle)? Make(ulong id)
        {
            if (LinuxSockets.Duplicate(user.SafeHandle) is not { } duplicate) return null;
            stream = new(duplicate);
            return (stream, user.SafeHandle);
        }
    }

    /// <summary>Opens a stream that goes by a pair of sockets; null when it could not even be offered.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async ValueTask<OpenStreamResult?> OpenStreamAsync(OpenStream open, ReadOnlyMemory<byte> prelude, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.OpenTimeout, _time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        SocketPairChannel? near = null;
        SafeHandle? far = null;
        // What must not be done twice is sent to who has accepted; a ClientHello may be seen by several.
        var offer = await OfferAsync(new(open, open.IsTls ? prelude : default, default), Make, opening.Token).ConfigureAwait(false);
        far?.Dispose(); // the target has its own
        try
        {
            var answer = offer is null ? HandOverAnswer.NotPossible : await offer.Answer.WaitAsync(opening.Token).ConfigureAwait(false);
            if (answer.IsAccepted && near is not null)
            {
                if (!open.IsTls) await near.BeginAsync(prelude, cancellationToken).ConfigureAwait(false);
                return OpenStreamResult.Accepted(near);
            }

            opening.Token.ThrowIfCancellationRequested();
            return answer.Refusal == OpenRefusal.None ? null : OpenStreamResult.Refused(answer.Refusal, answer.Detail);
        }
        catch (OperationCanceledException) when (opening.IsCancellationRequested)
        {
            near?.Abort(); // should the target take it yet, it finds nobody
            cancellationToken.ThrowIfCancellationRequested();
            return OpenStreamResult.Refused(OpenRefusal.Timeout);
        }

        (IHandedOver, SafeHandle)? Make(ulong id)
        {
            if (LinuxSockets.CreatePair() is not { } pair) return null;
            far = pair.Far;
            near = new(new Socket(pair.Near), _socket, id);
            return (near, far);
        }
    }

    /// <inheritdoc cref="HandOverLedger.Leave"/>
    public void Leave() => _ledger.Leave();

    /// <summary>
    /// From the moment this returns the target can accept nothing more, because its answers do not get through; what it had
    /// accepted before is still read, and counts.
    /// </summary>
    public void StopListening()
    {
        _ledger.Close();
        try
        {
            _socket.Socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Over already.
        }
    }

    public void Dispose()
    {
        End();
        _inFlight.Dispose();
    }

    /// <summary>Null when it could not be offered; else the target has got it.</summary>
    private async ValueTask<HandOverOffer?> OfferAsync(HandOverRequest request, Func<ulong, (IHandedOver Stream, SafeHandle Attached)?> make, CancellationToken opening)
    {
        try
        {
            await _inFlight.WaitAsync(opening).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }

        var id = _ledger.NextId();
        if (make(id) is not (var stream, var attached))
        {
            ReleaseTurn();
            return null;
        }

        var offer = new HandOverOffer(stream, ReleaseTurn);
        if (!_ledger.TryAdd(id, offer))
        {
            offer.Refuse(HandOverAnswer.NotPossible);
            return null;
        }

        if (await SendAsync(id, request, attached, opening).ConfigureAwait(false)) return offer;
        _ledger.TryRefuse(id, HandOverAnswer.NotPossible);
        return null;
    }

    /// <summary>False when the target has not got it.</summary>
    private async ValueTask<bool> SendAsync(ulong id, HandOverRequest request, SafeHandle attached, CancellationToken opening)
    {
        var size = HandOverFormat.SizeOfOpen(request.Open, request.LastWords.Length, request.Prelude.Length);
        if (size == 0) return false;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            HandOverFormat.WriteOpen(buffer.AsSpan(0, size), id, request.Open, request.LastWords.Span, request.Prelude.Span);
            _silence.Expect();
            return await _socket.SendAsync(buffer.AsMemory(0, size), attached, opening).ConfigureAwait(false) == HandOverSend.Sent;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            return await _socket.Socket.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>False when the target does not keep to the protocol.</summary>
    private bool TryTake(ReadOnlySpan<byte> bytes)
    {
        if (!HandOverFormat.TryRead(bytes, out var message)) return false;
        switch (message.Kind)
        {
            case HandOverMessageKind.Nop or HandOverMessageKind.Pong:
                return true;
            case HandOverMessageKind.Accepted:
                return _ledger.TryAccept(message.Id);
            case HandOverMessageKind.Refused:
                return _ledger.TryRefuse(message.Id, HandOverAnswer.Refused(message.Refusal, Encoding.UTF8.GetString(message.Text)));
            case HandOverMessageKind.Ended:
                _ledger.End(message.Id, new(Encoding.ASCII.GetString(message.Text), message.BytesFromUser, message.BytesToUser));
                return true;
            case HandOverMessageKind.Fin:
                (_ledger.Find(message.Id) as SocketPairChannel)?.OnFin(message.Bytes);
                return true;
            case HandOverMessageKind.Abort:
                (_ledger.Find(message.Id) as SocketPairChannel)?.Break();
                return true;
            default:
                return false;
        }
    }

    private void End()
    {
        _socket.Dispose();
        _ledger.EndAll(HandOverAnswer.Refused(OpenRefusal.Unreachable, "The hand-over connection was lost."), _silence.IsNearlyTooLong);
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_options.KeepAliveDelay, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false)) Look();
        }
        catch (OperationCanceledException)
        {
            // The connection is over.
        }
    }

    private void Look()
    {
        if (_ledger.IsEmpty) return;
        // What was said and not read yet is no silence: it was us who slept.
        if (_silence.IsTooLong && !HasUnread())
        {
            StopListening();
            return;
        }

        _silence.Expect();
        _socket.TrySend(s_ping); // where there is no room there are questions enough
    }

    private bool HasUnread()
    {
        try
        {
            return _socket.Socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void ReleaseTurn()
    {
        try
        {
            _inFlight.Release();
        }
        catch (ObjectDisposedException)
        {
            // The connection is over.
        }
    }
}
