using Nexus.Protocol.Channels;

namespace Nexus.Edge.PlainHttp;

/// <summary>A channel as the stream that the HTTP client wants. Its owner ends it.</summary>
internal sealed class ChannelStream(IByteChannel channel) : Stream
{
    private volatile bool _isAbandoned;
    private volatile bool _hasWritten;

    /// <summary>Whether the HTTP client has no use for it any more.</summary>
    public bool IsAbandoned => _isAbandoned;

    /// <summary>Whether anything was written since its owner set this to false.</summary>
    public bool HasWritten
    {
        get => _hasWritten;
        set => _hasWritten = value;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await channel.WaitToReadAsync(cancellationToken);
            if (buffer.IsEmpty) return 0; // the caller only waits
            var read = channel.TryRead(buffer.Span);
            switch (read.Status)
            {
                case ChannelReadStatus.Data: return read.Count;
                case ChannelReadStatus.End: return 0;
                case ChannelReadStatus.Reset: throw new IOException("The backend's side was reset.");
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _hasWritten = true;
        return channel.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends the backend's connection. An idle one of HTTP may end like this at any time, RFC 9112 §9.8.</summary>
    public ValueTask EndAsync() => channel.DisposeAsync();

    public override void Flush()
    {
        // Nothing is held back.
    }

    protected override void Dispose(bool disposing)
    {
        _isAbandoned = true;
        channel.Abort();
        base.Dispose(disposing);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
