using System.Buffers;
using System.Runtime.CompilerServices;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// A user connection as its carrier's caller sees it: written bytes are requests, read bytes are responses.
/// </summary>
/// <remarks>
/// The backend's FIN ends the reading, and writing goes on (streams.proto). The call ends in both directions at once: when it has
/// ended in order, what is written afterwards has no receiver and is dropped.
/// </remarks>
public sealed class RelayClientChannel : ICarriedStream
{
    /// <summary>Room that <see cref="WriteInPlaceAsync"/> needs before the bytes.</summary>
    internal const int HeaderSize = RelayFrameFormat.HeaderSize;

    private readonly RelayCall _call;
    private readonly RelayResponseReader _reader;
    private volatile bool _aborted;
    private volatile bool _isDeaf;

    internal RelayClientChannel(RelayCall call)
    {
        _call = call;
        _reader = new RelayResponseReader(call);
    }

    /// <summary>The target's reason for the end, a snake_case word; null before <see cref="WhenOverAsync"/>, or when it could not tell.</summary>
    public string? EndReason => _reader.Over == ChannelReadStatus.Empty ? null : _call.EndReason;

    bool ICarriedStream.IsDeaf => IsDeaf;

    private bool IsDeaf => _isDeaf || _reader.Over != ChannelReadStatus.Empty;

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
        var buffer = ArrayPool<byte>.Shared.Rent(HeaderSize + Math.Min(bytes.Length, RelayFrameFormat.BestData));
        using var cancellation = cancellationToken.UnsafeRegister(static state => ((RelayCall)state!).Dispose(), _call);
        try
        {
            for (; !bytes.IsEmpty && !_isDeaf; bytes = bytes[Math.Min(bytes.Length, RelayFrameFormat.BestData)..])
            {
                var part = bytes[..Math.Min(bytes.Length, RelayFrameFormat.BestData)];
                part.CopyTo(buffer.AsMemory(HeaderSize));
                await SendAsync(buffer, HeaderSize, part.Length).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        ThrowIfBroken();
    }

    /// <summary>
    /// Writes bytes where they are: what goes before them on the wire is put into the <see cref="HeaderSize"/> bytes before them.
    /// </summary>
    /// <exception cref="IOException">The channel is broken or was aborted.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask WriteInPlaceAsync(byte[] buffer, int offset, int count)
    {
        for (var end = offset + count; offset < end && !_isDeaf; offset += RelayFrameFormat.BestData) // before a later part is one that was sent
            await SendAsync(buffer, offset, Math.Min(end - offset, RelayFrameFormat.BestData)).ConfigureAwait(false);
        ThrowIfBroken();
    }

    /// <inheritdoc />
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        if (!_isDeaf) _call.CompleteWrites();
        ThrowIfBroken();
        return ValueTask.CompletedTask;
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

    /// <summary>A call that has ended in order drops what is written; its reader tells whether it did.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(byte[] buffer, int offset, int count)
    {
        if (_isDeaf) return;

        var size = RelayFrameFormat.WriteRequestHeader(buffer.AsSpan(offset - HeaderSize, HeaderSize), count);
        try
        {
            await _call.WriteAsync(buffer.AsMemory(offset - size, size + count)).ConfigureAwait(false);
        }
        catch (IOException)
        {
            _isDeaf = true;
        }
    }

    private void ThrowIfBroken()
    {
        if (_aborted || _reader.Ended == ChannelReadStatus.Reset || _reader.Over == ChannelReadStatus.Reset) throw new IOException("The stream was reset.", _call.Status?.DebugException);
    }
}
