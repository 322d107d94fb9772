using System.Buffers;
using Nexus.Protocol.Channels;

namespace Nexus.Edge.Peeking;

/// <summary>
/// Reads from a user until <see cref="FirstBytesParser"/> decides, and keeps what it read: nothing is consumed, the bytes
/// are the prelude of whatever happens to the connection. Holds no memory until the first byte is there.
/// </summary>
internal sealed class FirstBytesReader(IByteChannel user) : IDisposable
{
    private const int SmallestBuffer = 4_096; // nearly every hello and head
    private const int Growth = 4;

    private byte[]? _buffer;
    private int _length;

    /// <summary>Everything read, unchanged. Valid until disposal.</summary>
    public ReadOnlyMemory<byte> Prelude => _buffer.AsMemory(0, _length);

    /// <summary>The verdict; <see cref="PeekStatus.NeedMore"/> unless the reading ended with <see cref="PeekEnd.Decided"/>.</summary>
    public PeekResult Result { get; private set; }

    /// <exception cref="OperationCanceledException">The connection was aborted by us.</exception>
    public async ValueTask<PeekEnd> ReadAsync(PeekDeadline deadline)
    {
        var parser = new FirstBytesParser();
        try
        {
            while (true)
            {
                await user.WaitToReadAsync(deadline.Token);
                var read = user.TryRead(FreeSpace());
                switch (read.Status)
                {
                    case ChannelReadStatus.End: return PeekEnd.Ended;
                    case ChannelReadStatus.Reset: return PeekEnd.Reset;
                    case ChannelReadStatus.Empty: continue;
                }
                _length += read.Count;
                Result = parser.Parse(_buffer.AsSpan(0, _length));
                if (Result.Status != PeekStatus.NeedMore) return PeekEnd.Decided;
                deadline.ExtendAfterRead();
            }
        }
        catch (OperationCanceledException) when (deadline.IsExpired)
        {
            return PeekEnd.TimedOut;
        }
        catch (OperationCanceledException) when (deadline.IsWithdrawn)
        {
            return PeekEnd.Withdrawn;
        }
    }

    public void Dispose()
    {
        if (_buffer is not { } buffer) return;
        _buffer = null;
        _length = 0;
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Never empty: the parser decides before its limit is full.</summary>
    private Span<byte> FreeSpace()
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(SmallestBuffer);
        if (_length == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_length * Growth, FirstBytesParser.MaxHttpBytes));
            _buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        return _buffer.AsSpan(_length);
    }
}
