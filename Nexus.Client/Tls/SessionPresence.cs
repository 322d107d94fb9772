namespace Nexus.Client.Tls;

/// <summary>Whether an authority's question could reach this client: there is a session.</summary>
/// <param name="isConnected">Whether there is one now.</param>
/// <param name="until">Waits until something is so, looking whenever the sessions change.</param>
internal sealed class SessionPresence(Func<bool> isConnected, Func<Func<bool>, CancellationToken, Task> until)
{
    public Task UntilConnectedAsync(CancellationToken cancellationToken) => until(isConnected, cancellationToken);

    /// <summary>Runs an attempt, and cancels it when the last session is lost.</summary>
    /// <returns>Null when that was so.</returns>
    public async Task<T?> WhileConnectedAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
        where T : class
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lost = until(() => !isConnected(), stop.Token);
        var running = attempt(stop.Token);
        try
        {
            if (await Task.WhenAny(running, lost).ConfigureAwait(false) == lost) await stop.CancelAsync().ConfigureAwait(false);
            return await running.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await lost.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
