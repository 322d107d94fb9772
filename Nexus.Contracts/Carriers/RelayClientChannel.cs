using Grpc.Core;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// A user connection as its carrier's caller sees it: written bytes are requests, read bytes are responses.
/// </summary>
/// <remarks>
/// The backend's FIN ends the reading, and writing goes on (streams.proto). The call ends in both directions at once: when it has
/// ended in order, what is written afterwards has no receiver and is dropped.
/// </remarks>
public sealed class RelayClientChannel : IByteChannel
{
    private readonly AsyncDuplexStreamingCall<RelayFrame, RelayFrame> _call;
    private readonly RelayFrameReader _reader;
    private readonly RelayFrame _outgoing = new();
    private volatile bool _aborted;
    private volatile bool _isDeaf;

    internal RelayClientChannel(AsyncDuplexStreamingCall<RelayFrame, RelayFrame> call)
    {
        _call = call;
        _reader = new RelayFrameReader(call.ResponseStream, emptyEnds: true, CancellationToken.None);
    }

    /// <summary>The target's reason for the end, a snake_case word; null before <see cref="WhenOverAsync"/>, or when it could not tell.</summary>
    public string? EndReason => _reader.Over switch
    {
        ChannelReadStatus.End => _call.GetTrailers().GetValue(RelayHeader.End),
        ChannelReadStatus.Reset => _reader.Failure?.Trailers.GetValue(RelayHeader.End),
        _ => null,
    };

    /// <summary>Whether what is written has no receiver any more.</summary>
    internal bool IsDeaf => _isDeaf || _reader.Over != ChannelReadStatus.Empty;

    /// <inheritdoc />
    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) => _reader.WaitAsync(cancellationToken);

    /// <inheritdoc />
    public ChannelRead TryRead(Span<byte> buffer) => _aborted ? ChannelRead.Reset : _reader.TryRead(buffer);

    /// <inheritdoc />
    public int TryWrite(ReadOnlySpan<byte> bytes) => 0;

    /// <summary>
    /// To be called after the end of what can be read: waits until the target has ended the call, and with it the other direction;
    /// <see cref="ChannelReadStatus.End"/> when in order, else <see cref="ChannelReadStatus.Reset"/>.
    /// </summary>
    public Task<ChannelReadStatus> WhenOverAsync() => _reader.WhenOverAsync();

    /// <inheritdoc />
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty && !_isDeaf)
        {
            var part = bytes[..Math.Min(bytes.Length, RelayFrameFormat.BestData)];
            bytes = bytes[part.Length..];
            _outgoing.Borrow(part);
            try
            {
                await _call.RequestStream.WriteAsync(_outgoing, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsEndOfCall(exception))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _isDeaf = true;
            }
            finally
            {
                _outgoing.Borrow(default);
            }
        }

        ThrowIfBroken();
    }

    /// <inheritdoc />
    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!_isDeaf) await _call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEndOfCall(exception))
        {
            _isDeaf = true;
        }

        ThrowIfBroken();
    }

    /// <inheritdoc />
    public void Abort()
    {
        _aborted = true;
        _call.Dispose();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _call.Dispose();
        await _reader.CloseAsync().ConfigureAwait(false);
    }


    private static bool IsEndOfCall(Exception exception) =>
        exception is RpcException or IOException or OperationCanceledException or InvalidOperationException;

    private void ThrowIfBroken()
    {
        if (_aborted || _reader.Ended == ChannelReadStatus.Reset || _reader.Over == ChannelReadStatus.Reset) throw new IOException("The stream was reset.", _reader.Failure);
    }
}
