using System.Threading.Channels;

namespace Nexus.Client.LocalRouting;

/// <summary>A handler's datagrams with something that lives as long as they do, such as the scope that made the handler.</summary>
internal sealed class OwningDatagrams(INexusDatagramChannel inner, IAsyncDisposable owned) : INexusDatagramChannel
{
    public ChannelReader<ReadOnlyMemory<byte>> Reader => inner.Reader;

    public bool TrySend(ReadOnlySpan<byte> datagram) => inner.TrySend(datagram);

    public async ValueTask DisposeAsync()
    {
        await using (owned.ConfigureAwait(false))
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
    }
}
