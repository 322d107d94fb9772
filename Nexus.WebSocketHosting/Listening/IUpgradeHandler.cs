namespace Nexus.WebSocketHosting.Listening;

/// <summary>Serves connections that have become WebSockets. It is made for the first of them, not before.</summary>
internal interface IUpgradeHandler
{
    /// <summary>From the upgrade to the end of the connection, which is closed when it returns.</summary>
    Task ServeAsync(UpgradedConnection connection);
}
