using System.Net;
using Microsoft.Extensions.Options;
using Nexus.Edge.Peeking;

namespace Nexus.Edge.Listening;

/// <summary>Counts open user connections, in all and by client. The table holds only clients that are connected.</summary>
internal sealed class ConnectionLimiter(IOptions<ListeningOptions> options, ListeningMetrics metrics)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ClientNetwork, int> _byClient = [];
    private int _total;

    public AdmissionRefusal TryAdmit(IPAddress address)
    {
        var refusal = Count(ClientNetwork.Of(address));
        if (refusal == AdmissionRefusal.None) metrics.ConnectionOpened();
        else metrics.AdmissionRefused(refusal);
        return refusal;
    }

    /// <summary>Once for every admitted connection.</summary>
    public void Release(IPAddress address)
    {
        var client = ClientNetwork.Of(address);
        lock (_lock)
        {
            _total--;
            var left = _byClient.GetValueOrDefault(client) - 1;
            if (left > 0) _byClient[client] = left;
            else _byClient.Remove(client);
        }
        metrics.ConnectionClosed();
    }

    private AdmissionRefusal Count(ClientNetwork client)
    {
        lock (_lock)
        {
            if (_total >= options.Value.MaxConnections) return AdmissionRefusal.TotalLimit;
            var mine = _byClient.GetValueOrDefault(client);
            if (mine >= options.Value.MaxConnectionsPerClient) return AdmissionRefusal.ClientLimit;
            _byClient[client] = mine + 1;
            _total++;
            return AdmissionRefusal.None;
        }
    }
}
