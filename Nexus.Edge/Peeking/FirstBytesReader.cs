using System.Buffers;
using Nexus.Protocol.Channels;
using Nexus.Protocol.ProxyProtocol;

namespace Nexus.Edge.Peeking;

/// <summary>
/// Reads from a user until <see cref="FirstBytesParser"/> decides, and keeps what it read: nothing is consumed, the bytes
/// are the prelude of whatever happens to the connection. Only a load balancer's PROXY header in front of them is taken away.
/// Holds no memory until the first byte is there.
/// </summary>
internal sealed class FirstBytesReader(IByteChannel user) : IDisposable
{
    private const int SmallestBuffer = 4_096; // nearly every hello and head, and every PROXY header
    private const int Growth = 4;

    private byte[]? _buffer;
    private int _start; // behind the PROXY header
    private int _length;

    /// <summary>Everything that the user sent, unchanged. Valid until disposal.</summary>
    public ReadOnlyMemory<byte> Prelude => _buffer.AsMemory(_start, _length - _start);

    /// <summary>The verdict; <see cref="PeekStatus.NeedMore"/> unless the reading ended with <see cref="PeekEnd.Decided"/>.</summary>
    public PeekResult Result { get; private set; }

    /// <summary>Reads what the user wants.</summary>
    /// <exception cref="OperationCanceledException">The connection was aborted by us.</exception>
    public async ValueTask<PeekEnd> ReadAsync(PeekDeadline deadline)
    {
        var parser = new FirstBytesParser();
        while (true)
        {
            Result = parser.Parse(Prelude.Span);
            if (Result.Status != PeekStatus.NeedMore) return PeekEnd.Decided;
            if (await ReadMoreAsync(deadline) is { } end) return end;
        }
    }

    /// <summary>Reads the header of a load balancer and takes it away from the front.</summary>
    /// <exception cref="OperationCanceledException">The connection was aborted by us.</exception>
    public async ValueTask<ProxyHeaderResult> ReadProxyHeaderAsync(PeekDeadline deadline, int maxLength)
    {
        while (true)
        {
            var status = ProxyHeaderReader.Read(Prelude.Span, out var header, maxLength);
            if (status == ProxyHeaderStatus.Found)
            {
                _start += header.Length;
                return new(PeekEnd.Decided, status, header.Addresses);
            }
            if (status != ProxyHeaderStatus.NeedMore) return new(PeekEnd.Decided, status, default);
            if (await ReadMoreAsync(deadline) is { } end) return new(end, status, default);
        }
    }

    public void Dispose()
    {
        if (_buffer is not { } buffer) return;
        _buffer = null;
        _start = _length = 0;
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Null when there is more.</summary>
    private async ValueTask<PeekEnd?> ReadMoreAsync(PeekDeadline deadline)
    {
        var read = ChannelRead.Empty;
        while (read.Status == ChannelReadStatus.Empty)
        {
            try
            {
                await user.WaitToReadAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (deadline.IsExpired)
            {
                return PeekEnd.TimedOut;
            }
            catch (OperationCanceledException) when (deadline.IsWithdrawn)
            {
                // Its bytes may have been there before somebody else wanted the slot: then it was not silent.
                read = user.TryRead(FreeSpace());
                if (read.Status == ChannelReadStatus.Empty) return PeekEnd.Withdrawn;
                break;
            }
            read = user.TryRead(FreeSpace());
        }
        if (read.Status == ChannelReadStatus.End) return PeekEnd.Ended;
        if (read.Status == ChannelReadStatus.Reset) return PeekEnd.Reset;
        _length += read.Count;
        deadline.ExtendAfterRead();
        return null;
    }

    /// <summary>Never empty: the parser decides before its limit is full.</summary>
    private Span<byte> FreeSpace()
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(SmallestBuffer);
        if (_length == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_length * Growth, _start + FirstBytesParser.MaxHttpBytes));
            _buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        return _buffer.AsSpan(_length);
    }
}
