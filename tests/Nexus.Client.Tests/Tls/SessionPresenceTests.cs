using Nexus.Client.Tls;
using Nexus.Testing;

namespace Nexus.Client.Tests.Tls;

/// <summary>An authority's question only reaches a client that has a session: attempts are made while there is one.</summary>
public sealed class SessionPresenceTests
{
    private readonly SyncPoints _sessions = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LastSession_IsLost_AttemptIsCancelledAndNotAFailure()
    {
        _sessions.Set(true);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var attempt = _sessions.Presence.WhileConnectedAsync<string>(
            async stop =>
            {
                begun.SetResult();
                await new TaskCompletionSource().Task.WaitAsync(stop);
                return "never";
            },
            Stop);
        await begun.Task.BoundedAsync();
        _sessions.Set(false);
        Assert.Null(await attempt.BoundedAsync());

        var back = _sessions.Presence.UntilConnectedAsync(Stop);
        Assert.False(back.IsCompleted);
        _sessions.Set(true);
        await back.BoundedAsync();
        Assert.Equal("done", await _sessions.Presence.WhileConnectedAsync(_ => Task.FromResult("done"), Stop).BoundedAsync());
    }

    [Fact]
    public async Task Client_Stops_AttemptIsCancelled()
    {
        _sessions.Set(true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var attempt = _sessions.Presence.WhileConnectedAsync<string>(
            async token =>
            {
                await new TaskCompletionSource().Task.WaitAsync(token);
                return "never";
            },
            stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt.BoundedAsync());
    }

    /// <summary>Sessions as the client knows them.</summary>
    private sealed class SyncPoints
    {
        private readonly ObservedList<bool> _states = new();

        public SyncPoints()
        {
            _states.Add(false);
            Presence = new(() => _states.Items[^1], (isSo, stop) => _states.WaitForAsync(_ => isSo() ? _states : null, () => "", stop));
        }

        public SessionPresence Presence { get; }

        public void Set(bool isConnected) => _states.Add(isConnected);
    }
}
