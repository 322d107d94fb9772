namespace Nexus.Edge.Routing;

/// <summary>The table in force. One writer, the watcher; any number of readers.</summary>
internal sealed class LiveRoutes
{
    private volatile RouteTable _table = RouteTable.Empty;
    private volatile bool _isReady;

    public RouteTable Table => _table;

    /// <summary>Whether the directory has ever answered. Its silence later does not count: the last table keeps serving.</summary>
    public bool IsReady => _isReady;

    public void Replace(RouteTable table)
    {
        _table = table;
        _isReady = true;
    }
}
