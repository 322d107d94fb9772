namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>A session as the hub's log has it.</summary>
/// <param name="Hub">The one that serves it.</param>
/// <param name="ConnectionId">The hub's name for its connection.</param>
internal sealed record HubSession(ReplayedHub Hub, string ConnectionId)
{
    public bool HasEnded => Hub.HasEnded(ConnectionId);
}
