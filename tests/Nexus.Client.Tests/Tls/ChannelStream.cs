using Nexus.Protocol.Channels;

namespace Nexus.Client.Tests.Tls;

/// <summary>The session's end of a channel as a stream. Disposing it is the user's end in its direction only.</summary>
internal sealed class ChannelStream(IByteChannel channel) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Bytes that were written.</summary>
    public long Written { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await channel.WaitToReadAsync(cancellationToken);
            if (buffer.IsEmpty) return 0;
            var read = channel.TryRead(buffer.Span);
            if (read.Status == ChannelReadStatus.Reset) throw new IOException("Reset.");
            if (read.Status != ChannelReadStatus.Empty) return read.Count;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await channel.WriteAsync(buffer, cancellationToken);
        Written += buffer.Length;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
