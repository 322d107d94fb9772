namespace Nexus.WebSocketHosting.Transport;

/// <summary>The bytes on the line, below TLS; until it has answered the ClientHello it remembers what was read.</summary>
internal sealed class HelloTap(Stream line) : Stream
{
    /// <summary>A record with its header, RFC 8446 §5.1.</summary>
    private const int MaxHello = 5 + 16_384;

    private readonly MemoryStream _read = new(capacity: 0);
    private bool _isOver;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What was read so far, from the first byte on; nothing is remembered from here on. Empty when it is longer than a hello may be.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        _isOver = true;
        return _read.Length > MaxHello ? [] : _read.GetBuffer().AsSpan(0, (int)_read.Length);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _isOver ? line.ReadAsync(buffer, cancellationToken) : RememberAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => line.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        line.WriteAsync(buffer, offset, count, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => line.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => line.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask<int> RememberAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = await line.ReadAsync(buffer, cancellationToken);
        if (_read.Length <= MaxHello) _read.Write(buffer.Span[..count]);
        return count;
    }
}
