using System.Runtime.CompilerServices;
using Grpc.Core;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// A user connection as the server of <see cref="RawStreams"/> sees it: read bytes are requests, written bytes are responses.
/// </summary>
/// <remarks>
/// The order of a call: <see cref="ReadOpenAsync"/>; then either <see cref="Refuse"/> and return, or <see cref="AcceptAsync"/>,
/// bytes both ways, <see cref="End"/> and return. Give the call's cancellation token to what relays: a user whose bytes have
/// ended is noticed to vanish only by it.
/// </remarks>
public sealed class RelayServerChannel : IByteChannel
{
    private readonly IServerStreamWriter<RelayFrame> _responses;
    private readonly ServerCallContext _context;
    private readonly RelayFrameReader _reader;
    private readonly RelayFrame _outgoing = new();
    private readonly CancellationTokenSource _stopped = new(); // reading
    private readonly CancellationTokenSource _broken = new();  // and writing
    private volatile bool _aborted;
    private volatile bool _writesCompleted;

    /// <summary>For the streams of one call, after its open request was read.</summary>
    public RelayServerChannel(IAsyncStreamReader<RelayFrame> requests, IServerStreamWriter<RelayFrame> responses, ServerCallContext context)
    {
        _responses = responses;
        _context = context;
        _reader = new RelayFrameReader(requests, _stopped.Token);
    }

    /// <summary>The first request; null when it is no valid open request, which is to be refused with INVALID_ARGUMENT.</summary>
    public static async ValueTask<OpenStream?> ReadOpenAsync(IAsyncStreamReader<RelayFrame> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (!await requests.MoveNext(cancellationToken).ConfigureAwait(false)) return null;

        var frame = requests.Current;
        var open = frame.Open is { } wire ? OpenStream.FromWire(wire) : null;
        frame.Release();
        return open;
    }

    /// <summary>Ends a call that was not accepted: the caller may try another target.</summary>
    /// <param name="context">The call.</param>
    /// <param name="statusCode">One of the codes that streams.proto lists.</param>
    /// <param name="reason">A snake_case word.</param>
    public static void Refuse(ServerCallContext context, StatusCode statusCode, string reason)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.ResponseTrailers.Add(RelayHeader.End, reason);
        context.Status = new Status(statusCode, reason);
    }

    /// <summary>Tells the caller that a backend has the stream. A call that is over fails in the task, never before it: a backend knows of the stream.</summary>
    public async Task AcceptAsync() => await _context.WriteResponseHeadersAsync(new Metadata { { RelayHeader.Stream, RelayHeader.Accepted } }).ConfigureAwait(false);

    /// <summary>
    /// Sets how the call ends when the method returns: OK when <see cref="CompleteWritesAsync"/> was called, else ABORTED.
    /// </summary>
    /// <param name="reason">A snake_case word.</param>
    public void End(string reason)
    {
        _context.ResponseTrailers.Add(RelayHeader.End, reason);
        if (_aborted || !_writesCompleted) _context.Status = new Status(StatusCode.Aborted, reason);
    }

    /// <inheritdoc />
    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) => _reader.WaitAsync(cancellationToken);

    /// <inheritdoc />
    public ChannelRead TryRead(Span<byte> buffer) => _aborted ? ChannelRead.Reset : _reader.TryRead(buffer);

    /// <inheritdoc />
    public int TryWrite(ReadOnlySpan<byte> bytes) => 0;

    /// <inheritdoc />
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            if (_aborted || _writesCompleted) throw new IOException("The stream is closed.");

            var part = bytes[..Math.Min(bytes.Length, RelayFrameFormat.MaxData)];
            bytes = bytes[part.Length..];
            await WriteFrameAsync(part, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the caller of the backend's FIN. Reading goes on; the call is over when the method returns.</summary>
    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        if (_aborted) throw new IOException("The stream was reset.");

        await WriteFrameAsync(default, cancellationToken).ConfigureAwait(false);
        _writesCompleted = true;
    }

    /// <summary>Breaks the stream: the call ends with ABORTED when the method returns.</summary>
    public void Abort()
    {
        _aborted = true;
        _reader.End(ChannelReadStatus.Reset);
        _stopped.Cancel();
        _broken.Cancel();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _reader.End(ChannelReadStatus.Reset);
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _reader.CloseAsync().ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteFrameAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        _outgoing.Borrow(data);
        // A write that waits for the caller ends with the channel. Registered, not linked: that allocates nothing.
        using var cancellation = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _broken);
        try
        {
            await _responses.WriteAsync(_outgoing, _broken.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException or InvalidOperationException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException("The stream was reset.", exception);
        }
        finally
        {
            _outgoing.Borrow(default);
        }
    }
}
