using System.Net;
using Nexus.Edge.Peeking;

namespace Nexus.Edge.Listening;

/// <summary>A connection's place within the limits; disposal gives it back.</summary>
/// <param name="limiter">Whence it comes.</param>
/// <param name="client">Whom it is charged to; null while a load balancer has not said for whom it stands.</param>
internal sealed class Admission(ConnectionLimiter limiter, ClientNetwork? client) : IDisposable
{
    private ClientNetwork? _client = client;
    private bool _isOver;

    /// <summary>Once at most: the user for whom the load balancer stands. False when that one has too many.</summary>
    public bool TryChargeTo(IPAddress user)
    {
        var network = ClientNetwork.Of(user);
        if (_client is not null || !limiter.TryCharge(network)) return false;
        _client = network;
        return true;
    }

    public void Dispose()
    {
        if (_isOver) return;
        _isOver = true;
        limiter.Release(_client);
    }
}
