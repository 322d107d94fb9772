using System.Buffers;
using System.IO.Pipelines;
using Nexus.Protocol.Channels;

namespace Nexus.Client.InProcess;

/// <summary>A local side that is a pair of pipes in this process: no copy beyond the frame's own.</summary>
/// <param name="pipe">What is read goes to the user, what is written came from the user. Both directions are completed by the channel.</param>
internal sealed class PipeChannel(IDuplexPipe pipe) : IByteChannel
{
    private readonly Lock _lock = new();
    private ReadOnlySequence<byte> _held; // got from the reader and not yet given back
    private bool _isHolding;
    private ChannelReadStatus _end = ChannelReadStatus.Empty;
    private bool _outputCompleted;
    private volatile bool _isAborted;

    public async ValueTask WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (_isHolding || _end != ChannelReadStatus.Empty || _isAborted) return;
        try
        {
            while (!_isHolding && _end == ChannelReadStatus.Empty && !_isAborted) Hold(await pipe.Input.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever the service completed its pipe with, or a pipe that was completed under us: it broke.
            _end = ChannelReadStatus.Reset;
        }
    }

    public ChannelRead TryRead(Span<byte> buffer)
    {
        if (_isAborted) return ChannelRead.Reset;
        if (!_isHolding) return new(_end);
        var count = (int)Math.Min(_held.Length, buffer.Length);
        _held.Slice(0, count).CopyTo(buffer);
        _held = _held.Slice(count);
        if (_held.IsEmpty)
        {
            pipe.Input.AdvanceTo(_held.End);
            _isHolding = false;
        }

        return ChannelRead.Data(count);
    }

    public int TryWrite(ReadOnlySpan<byte> bytes) => 0;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            var result = await pipe.Output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            if (result.IsCompleted || _isAborted) throw new IOException("The service takes no more.");
        }
        catch (InvalidOperationException ex)
        {
            throw new IOException("The service takes no more.", ex);
        }
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        CompleteOutput(null);
        return ValueTask.CompletedTask;
    }

    public void Abort()
    {
        _isAborted = true;
        pipe.Input.CancelPendingRead();
        pipe.Output.CancelPendingFlush();
    }

    public async ValueTask DisposeAsync()
    {
        CompleteOutput(_isAborted ? new IOException("The connection broke.") : null);
        await pipe.Input.CompleteAsync().ConfigureAwait(false);
    }

    private void Hold(ReadResult result)
    {
        _held = result.Buffer;
        _isHolding = !_held.IsEmpty;
        if (result.IsCompleted) _end = ChannelReadStatus.End;
        if (!_isHolding) pipe.Input.AdvanceTo(result.Buffer.End);
    }

    private void CompleteOutput(Exception? error)
    {
        lock (_lock)
        {
            if (_outputCompleted) return;
            _outputCompleted = true;
        }

        pipe.Output.Complete(error);
    }
}
