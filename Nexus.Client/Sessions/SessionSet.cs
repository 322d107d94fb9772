using System.Collections.Immutable;

namespace Nexus.Client.Sessions;

/// <summary>
/// The addresses that a client serves, and those that it is about to leave. A change is made before the break: new sessions
/// are up before the old ones drain (spec/client.md §20.7).
/// </summary>
internal sealed class SessionSet(TimeProvider time) : IDisposable
{
    /// <summary>New sessions that are not up by then make the change fail: 10 s pass before a silent hub counts as content.</summary>
    private static readonly TimeSpan s_changeLimit = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly HashSet<AddressRun> _known = []; // present, coming and leaving
    private ImmutableArray<AddressRun> _present = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isStarted;

    public ImmutableArray<AddressRun> Present
    {
        get { lock (_lock) return _present; }
    }

    /// <summary>Those that come or are being left, too.</summary>
    public IReadOnlyList<AddressRun> Known
    {
        get { lock (_lock) return [.. _known]; }
    }

    public bool IsStopped => _stopped.IsCancellationRequested;

    /// <summary>The addresses to begin with.</summary>
    public void Begin(ImmutableArray<AddressRun> runs)
    {
        lock (_lock)
        {
            _present = runs;
            _known.UnionWith(runs);
        }
    }

    /// <returns>False when the set was started or stopped before.</returns>
    public bool TryStart()
    {
        lock (_lock)
        {
            if (_isStarted || IsStopped) return false;
            _isStarted = true;
            foreach (var run in _present) run.Start();
            return true;
        }
    }

    /// <summary>Something about a loop is new.</summary>
    public void Changed() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Waits until <paramref name="isSo"/>, looking whenever the state of a loop changes.</summary>
    /// <exception cref="OperationCanceledException">The token fired, or the set was stopped.</exception>
    public async Task UntilAsync(Func<bool> isSo, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (isSo()) return;
            if (IsStopped) throw new OperationCanceledException("The client was stopped.");
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Serves <paramref name="wanted"/> instead, which may contain runs that are present. Returns when users have moved; the
    /// old sessions' streams finish on their own.
    /// </summary>
    /// <exception cref="NexusUpdateException">The new sessions did not come up; nothing has changed.</exception>
    /// <exception cref="OperationCanceledException">The token fired, or the set was stopped; nothing has changed.</exception>
    public async Task ReplaceAsync(ImmutableArray<AddressRun> wanted, TimeSpan drainTimeout, CancellationToken cancellationToken)
    {
        var before = Present;
        var coming = wanted.Except(before).ToArray();
        if (Admit(coming))
        {
            try
            {
                await UntilUpAsync(before, wanted, coming, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await Task.WhenAll(coming.Select(run => RetireAsync(run, TimeSpan.Zero))).ConfigureAwait(false);
                throw;
            }
        }

        lock (_lock) _present = wanted;
        foreach (var run in before.Except(wanted)) Retire(run, drainTimeout);
        Changed();
    }

    /// <summary>Leaves all addresses, those that are being left already too.</summary>
    public async Task StopAsync(TimeSpan drainTimeout, CancellationToken cancellationToken)
    {
        AddressRun[] runs;
        lock (_lock)
        {
            if (!IsStopped) _stopped.Cancel();
            runs = [.. _known];
        }

        Changed();
        await Task.WhenAll(runs.Select(run => run.StopAsync(drainTimeout, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Every stream that is open now, those of sessions that are being left included.</summary>
    public IReadOnlyList<NexusStreamInfo> DescribeStreams() => [.. Known.SelectMany(run => run.Loop.DescribeStreams())];

    /// <summary>The counts with what can only be seen by a look at each stream.</summary>
    public NexusClientStatistics AddTo(NexusClientStatistics counts)
    {
        var streams = DescribeStreams();
        return counts with
        {
            DialingStreams = streams.Count(stream => stream.State == NexusStreamState.Dialing),
            PausedStreams = streams.Count(stream => stream.IsPaused),
            StreamsWaitingForCredit = streams.Count(stream => stream.IsWaitingForCredit),
            BufferedBytes = streams.Sum(stream => stream.QueuedBytes),
            QueuedControlMessages = Known.Sum(run => run.Loop.QueuedControlMessages),
        };
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var run in _known) run.Dispose();
        }

        _stopped.Dispose();
    }

    /// <returns>Whether they run, so that there is something to wait for.</returns>
    private bool Admit(AddressRun[] coming)
    {
        lock (_lock)
        {
            if (IsStopped) throw new OperationCanceledException("The client was stopped.");
            _known.UnionWith(coming);
            if (!_isStarted) return false;
            foreach (var run in coming) run.Start();
            return true;
        }
    }

    /// <summary>Nobody who is served loses his session before there is another: per address, and at least one in all.</summary>
    private async Task UntilUpAsync(ImmutableArray<AddressRun> before, ImmutableArray<AddressRun> wanted, AddressRun[] coming, CancellationToken cancellationToken)
    {
        var leaving = before.Except(wanted).Where(run => run.IsConnected).ToArray();
        if (leaving.Length == 0) return;
        var awaited = coming.Where(run => leaving.Any(old => old.Loop.Address == run.Loop.Address)).ToArray();
        using var limit = new CancellationTokenSource(s_changeLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken, _stopped.Token);
        try
        {
            await UntilAsync(() => Refusal(awaited) is not null || (awaited.All(run => run.IsConnected) && wanted.Any(run => run.IsConnected)), both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested && !IsStopped)
        {
            throw new NexusUpdateException($"The new sessions were not up within {s_changeLimit.TotalSeconds:0} s; the old ones go on.");
        }

        if (Refusal(awaited) is { } refused) throw new NexusUpdateException($"{refused.Address}: {refused.LastErrorText} The old sessions go on.") { Error = refused.LastError };
    }

    private static NexusSessionInfo? Refusal(AddressRun[] runs) => runs.Select(run => run.Loop.Info)
        .FirstOrDefault(info => info.LastError is NexusConnectError.AuthenticationFailed or NexusConnectError.TokenUnavailable or NexusConnectError.ChallengeInvalid);

    // Owned by the set: the run stays known until it has ended, and StopAsync waits for every known run.
    private void Retire(AddressRun run, TimeSpan drainTimeout) => RetireAsync(run, drainTimeout).ContinueWith(
        static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task RetireAsync(AddressRun run, TimeSpan drainTimeout)
    {
        await run.StopAsync(drainTimeout, CancellationToken.None).ConfigureAwait(false);
        lock (_lock)
        {
            if (IsStopped) return; // who stops may hold it, and disposes of what is left
            _known.Remove(run);
        }

        run.Dispose();
    }
}
