using System.Net;
using System.Net.Sockets;

namespace Nexus.Hub.Outbound;

/// <summary>
/// Looks names up, a few at a time: the system's resolver blocks a thread for each and cannot be stopped, and backends must
/// not be able to take all its threads with names whose servers do not answer. Nor may one of them take all the places.
/// </summary>
internal sealed class HostLookups(ResolveHost resolve) : IDisposable
{
    private const int MaxAtOnce = 64;
    private const int MaxOfOneBackend = 8;

    private readonly SemaphoreSlim _places = new(MaxAtOnce);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LookupShare> _shares = new(StringComparer.Ordinal); // of those who look something up now

    /// <summary>The addresses in the resolver's order; none when the name has none or cannot be looked up.</summary>
    /// <param name="backend">Who wants to know.</param>
    /// <param name="host">A name, or an address.</param>
    /// <param name="cancellationToken">Ends the waiting. A look-up that has begun goes on, and keeps its place.</param>
    public async Task<IReadOnlyList<IPAddress>> FindAsync(string backend, string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address)) return [address];
        return await (await BeginAsync(backend, host, cancellationToken)).WaitAsync(cancellationToken);
    }

    public void Dispose() => _places.Dispose();

    /// <summary>Waits for a place of the backend, then for one of all.</summary>
    private async Task<Task<IReadOnlyList<IPAddress>>> BeginAsync(string backend, string host, CancellationToken cancellationToken)
    {
        var share = Join(backend);
        var hasPlace = false;
        try
        {
            await share.Places.WaitAsync(cancellationToken);
            hasPlace = true;
            await _places.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            if (hasPlace) share.Places.Release();
            Leave(backend, share);
            throw;
        }

        return LookUpAsync(backend, share, host);
    }

    /// <summary>Holds its places until the resolver is done, however long anybody waits for it.</summary>
    private async Task<IReadOnlyList<IPAddress>> LookUpAsync(string backend, LookupShare share, string host)
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
            _places.Release();
            share.Places.Release();
            Leave(backend, share);
        }
    }

    private LookupShare Join(string backend)
    {
        lock (_lock)
        {
            if (!_shares.TryGetValue(backend, out var share)) _shares.Add(backend, share = new LookupShare(MaxOfOneBackend));
            share.Users++;
            return share;
        }
    }

    private void Leave(string backend, LookupShare share)
    {
        lock (_lock)
        {
            if (--share.Users > 0) return;
            _shares.Remove(backend);
            share.Dispose();
        }
    }
}
