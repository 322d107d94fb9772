using System.IO.Pipelines;

namespace Nexus.Testing;

/// <summary>Two connected duplex streams in memory, with the given room in each direction.</summary>
public sealed class StreamPair : IAsyncDisposable
{
    /// <summary>Connects two streams.</summary>
    /// <param name="room">Bytes that one side may write before the other reads.</param>
    public StreamPair(int room = 1 << 20)
    {
        var options = new PipeOptions(pauseWriterThreshold: room, resumeWriterThreshold: room / 2, useSynchronizationContext: false);
        var there = new Pipe(options);
        var back = new Pipe(options);
        Near = new PipeStream(back.Reader, there.Writer);
        Far = new PipeStream(there.Reader, back.Writer);
    }

    /// <summary>One end.</summary>
    public Stream Near { get; }

    /// <summary>The other end.</summary>
    public Stream Far { get; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Near.DisposeAsync();
        await Far.DisposeAsync();
    }

    private sealed class PipeStream(PipeReader reader, PipeWriter writer) : Stream
    {
        private readonly Stream _input = reader.AsStream();

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _input.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var result = await writer.WriteAsync(buffer, cancellationToken);
            if (result.IsCompleted) throw new IOException("The other end is closed.");
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _input.Dispose();
                writer.Complete();
            }

            base.Dispose(disposing);
        }
    }
}
