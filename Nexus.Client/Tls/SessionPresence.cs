namespace Nexus.Client.Tls;

/// <summary>Whether an authority's question could reach this client: there is a session.</summary>
/// <param name="isConnected">Whether there is one now.</param>
/// <param name="until">Waits until something is so, looking whenever the sessions change.</param>
internal sealed class SessionPresence(Func<bool> isConnected, Func<Func<bool>, CancellationToken, Task> until)
{
    public bool IsConnected => isConnected();

    public Task UntilConnectedAsync(CancellationToken cancellationToken) => until(isConnected, cancellationToken);

    public Task UntilLostAsync(CancellationToken cancellationToken) => until(() => !isConnected(), cancellationToken);
}
