using System.Buffers;
using System.Net.Sockets;
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
        }
    }

    /// <summary>Offers a socket. Until the result is there the socket is the caller's, who must not use it.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired, and the target has not taken the socket.</exception>
    public async ValueTask<HandOverResult> OpenAsync(HandOverRequest request, Socket user, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.OpenTimeout, _time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var result = await OfferAsync(request, user, opening.Token).ConfigureAwait(false);
        if (result.IsAccepted) return result;

        cancellationToken.ThrowIfCancellationRequested();
        return timeout.IsCancellationRequested ? HandOverResult.Refused(OpenRefusal.Timeout) : result;
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

    private async ValueTask<HandOverResult> OfferAsync(HandOverRequest request, Socket user, CancellationToken opening)
    {
        try
        {
            await _inFlight.WaitAsync(opening).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return HandOverResult.NotPossible;
        }

        try
        {
            return await OfferNowAsync(request, user, opening).ConfigureAwait(false);
        }
        finally
        {
            ReleaseTurn();
        }
    }

    private async ValueTask<HandOverResult> OfferNowAsync(HandOverRequest request, Socket user, CancellationToken opening)
    {
        if (LinuxSockets.Duplicate(user.SafeHandle) is not { } duplicate) return HandOverResult.NotPossible;
        var offer = new HandOverOffer(duplicate);
        if (_ledger.TryAdd(offer) is not { } id)
        {
            duplicate.Dispose();
            return HandOverResult.NotPossible;
        }

        if (!await SendAsync(id, request, user.SafeHandle, opening).ConfigureAwait(false))
        {
            _ledger.Withdraw(id);
            duplicate.Dispose();
            return HandOverResult.NotPossible;
        }

        using (opening.UnsafeRegister(static state => ((HandOverConnection)state!).StopListening(), this))
        {
            return await offer.Answer.ConfigureAwait(false);
        }
    }

    /// <summary>False when the target has not got it.</summary>
    private async ValueTask<bool> SendAsync(ulong id, HandOverRequest request, SafeSocketHandle user, CancellationToken opening)
    {
        var size = HandOverFormat.SizeOfOpen(request.Open, request.LastWords.Length, request.Prelude.Length);
        if (size == 0) return false;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            HandOverFormat.WriteOpen(buffer.AsSpan(0, size), id, request.Open, request.LastWords.Span, request.Prelude.Span);
            _silence.Expect();
            return await _socket.SendAsync(buffer.AsMemory(0, size), user, opening).ConfigureAwait(false) == HandOverSend.Sent;
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
                return _ledger.TryRefuse(message.Id, HandOverResult.Refused(message.Refusal, Encoding.UTF8.GetString(message.Text)));
            case HandOverMessageKind.Ended:
                _ledger.End(message.Id, new(Encoding.ASCII.GetString(message.Text), message.BytesFromUser, message.BytesToUser));
                return true;
            default:
                return false;
        }
    }

    private void End()
    {
        _socket.Dispose();
        _ledger.EndAll(HandOverResult.Refused(OpenRefusal.Unreachable, "The hand-over connection was lost."), _silence.IsNearlyTooLong);
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
        if (_ledger.StreamCount == 0) return;
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
