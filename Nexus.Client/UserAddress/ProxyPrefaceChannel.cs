using Nexus.Protocol.Channels;
using Nexus.Protocol.Tls;

namespace Nexus.Client.UserAddress;

/// <summary>Sends the PROXY header with the first bytes that are written.</summary>
internal sealed class ProxyPrefaceChannel(IByteChannel inner, NexusConnectRequest request) : IByteChannel
{
    private ReadOnlyMemory<byte> _header;
    private bool _isWritten; // the header is made; what is left of it stands in _header

    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) => inner.WaitToReadAsync(cancellationToken);

    public ChannelRead TryRead(Span<byte> buffer) => inner.TryRead(buffer);

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        Prepare(bytes);
        if (!_header.IsEmpty) _header = _header[inner.TryWrite(_header.Span)..];
        return _header.IsEmpty ? inner.TryWrite(bytes) : 0;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Prepare(bytes.Span);
        await WriteHeaderAsync(cancellationToken).ConfigureAwait(false);
        await inner.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        Prepare([]);
        await WriteHeaderAsync(cancellationToken).ConfigureAwait(false);
        await inner.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Abort() => inner.Abort();

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private void Prepare(ReadOnlySpan<byte> firstBytes)
    {
        if (_isWritten) return;
        _isWritten = true;
        _header = ProxyPreface.Write(request, NexusProxyProtocol.V2, ClientHelloAlpn.TryFindFirst(firstBytes, out var first) ? first : default);
    }

    private async ValueTask WriteHeaderAsync(CancellationToken cancellationToken)
    {
        if (_header.IsEmpty) return;
        await inner.WriteAsync(_header, cancellationToken).ConfigureAwait(false);
        _header = default;
    }
}
