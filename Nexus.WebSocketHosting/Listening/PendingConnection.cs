using Microsoft.AspNetCore.Connections;

namespace Nexus.WebSocketHosting.Listening;

/// <summary>
/// A connection that has not authenticated yet, as a feature of the connection. It also tells the requests of the
/// WebSocket listener from those of the other endpoints.
/// </summary>
internal sealed class PendingConnection : IDisposable
{
    private readonly CancellationTokenSource _upgradeDeadline;
    private readonly CancellationTokenRegistration _abort;
    private Action? _leave;

    public PendingConnection(ConnectionContext connection, Action leave, TimeSpan upgradeTimeout, TimeProvider time)
    {
        _leave = leave;
        _upgradeDeadline = new CancellationTokenSource(upgradeTimeout, time);
        _abort = _upgradeDeadline.Token.UnsafeRegister(static state => ((ConnectionContext)state!).Abort(), connection);
    }

    /// <summary>From here on the handshake has its own deadlines.</summary>
    public void UpgradeCompleted()
    {
        _abort.Dispose();
        _upgradeDeadline.Dispose();
    }

    /// <summary>The connection counts no longer as unauthenticated.</summary>
    public void Authenticated() => Leave();

    public void Dispose()
    {
        UpgradeCompleted();
        Leave();
    }

    private void Leave() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
