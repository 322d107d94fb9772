using System.Net;
using System.Net.Sockets;

namespace Nexus.Hub.Outbound;

/// <summary>
/// Looks names up, a few at a time: the system's resolver blocks a thread for each and cannot be stopped, and backends must
/// not be able to take all its threads with names whose servers do not answer.
/// </summary>
internal sealed class HostLookups(ResolveHost resolve) : IDisposable
{
    private const int MaxAtOnce = 64;
    private readonly SemaphoreSlim _slots = new(MaxAtOnce);

    /// <summary>The addresses in the resolver's order; none when the name has none or cannot be looked up.</summary>
    public async Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address)) return [address];
        await _slots.WaitAsync(cancellationToken);
        return await LookUpAsync(host).WaitAsync(cancellationToken); // given up, it still ends, and its slot bounds how many there are
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>Holds its slot until the resolver is done, however long anybody waits for it.</summary>
    private async Task<IReadOnlyList<IPAddress>> LookUpAsync(string host)
    {
        try
        {
            return await resolve(host, CancellationToken.None);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return [];
        }
        finally
        {
            _slots.Release();
        }
    }
}
