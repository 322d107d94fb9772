using Nexus.Client.Tests.Scripted;

namespace Nexus.Client.Tests.Tls;

/// <summary>A user's connection as the scripted hub carries it.</summary>
internal sealed class HubUserStream(HubSide hub, Guid id) : Stream
{
    private int _read;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        var all = await hub.WaitForDataAsync(id, _read + 1);
        var count = Math.Min(buffer.Length, all.Length - _read);
        all.AsMemory(_read, count).CopyTo(buffer);
        _read += count;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await hub.SendDataAsync(id, buffer.Span);

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
