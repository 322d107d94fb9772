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

    /// <param name="address">Who opened the connection.</param>
    /// <param name="isProxy">Whether that is a load balancer: its connections are charged to the users it names.</param>
    /// <returns>Null when a limit is reached.</returns>
    public Admission? TryAdmit(IPAddress address, bool isProxy)
    {
        ClientNetwork? client = isProxy ? null : ClientNetwork.Of(address);
        var refusal = Count(client);
        if (refusal != AdmissionRefusal.None)
        {
            metrics.AdmissionRefused(refusal);
            return null;
        }
        metrics.ConnectionOpened();
        return new Admission(this, client);
    }

    /// <summary>Charges a connection that is admitted already.</summary>
    public bool TryCharge(ClientNetwork client)
    {
        lock (_lock)
        {
            if (CountOf(client)) return true;
        }
        metrics.AdmissionRefused(AdmissionRefusal.ClientLimit);
        return false;
    }

    /// <summary>Once for every admission.</summary>
    public void Release(ClientNetwork? client)
    {
        lock (_lock)
        {
            _total--;
            if (client is { } charged)
            {
                var left = _byClient.GetValueOrDefault(charged) - 1;
                if (left > 0) _byClient[charged] = left;
                else _byClient.Remove(charged);
            }
        }
        metrics.ConnectionClosed();
    }

    private AdmissionRefusal Count(ClientNetwork? client)
    {
        lock (_lock)
        {
            if (_total >= options.Value.MaxConnections) return AdmissionRefusal.TotalLimit;
            if (client is { } charged && !CountOf(charged)) return AdmissionRefusal.ClientLimit;
            _total++;
            return AdmissionRefusal.None;
        }
    }

    private bool CountOf(ClientNetwork client)
    {
        var mine = _byClient.GetValueOrDefault(client);
        if (mine >= options.Value.MaxConnectionsPerClient) return false;
        _byClient[client] = mine + 1;
        return true;
    }
}
