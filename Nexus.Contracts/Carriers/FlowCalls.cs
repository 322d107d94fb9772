using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>The calls of `Streams.Datagrams` that carry a service's UDP flows: one for each target that has any, opened with the first and kept until it breaks.</summary>
/// <typeparam name="TTarget">Where flows can be opened. Equal ones share a call.</typeparam>
/// <param name="carrier">Makes the calls; stays its owner's.</param>
public abstract class FlowCalls<TTarget>(GrpcCarrier carrier) : IDisposable
    where TTarget : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TTarget, FlowCall> _calls = [];
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Opens a flow, without waiting for the target's answer; null when the call has no room, or may not be made now.</summary>
    /// <param name="target">Where.</param>
    /// <param name="replies">Takes what the target says; from now on, even before this returns.</param>
    /// <param name="open">What the target must know.</param>
    public CalledFlow? TryOpen(TTarget target, IFlowReplies replies, OpenStream open) => Find(target)?.TryOpen(replies, open);

    /// <summary>Ends all calls, and with them their flows, and waits for that. No new ones are made.</summary>
    public async Task StopAsync()
    {
        Task[] running;
        lock (_lock) running = [.. _running];
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The target's address, such as "http://10.0.0.5:5021".</summary>
    protected abstract string AddressOf(TTarget target);

    /// <summary>Whether the target may be called now. While one is away, every datagram would be an attempt.</summary>
    protected abstract bool MayCall(TTarget target);

    /// <summary>The target is about to be called.</summary>
    protected abstract void OnCalling(TTarget target);

    /// <summary>A call is over, and so are its flows.</summary>
    /// <param name="target">Whose.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="isStopping">Because of <see cref="StopAsync"/>.</param>
    protected abstract void OnOver(TTarget target, Status status, bool isStopping);

    /// <inheritdoc cref="Dispose()"/>
    protected virtual void Dispose(bool isDisposing)
    {
        if (isDisposing) _stop.Dispose();
    }

    private FlowCall? Find(TTarget target)
    {
        lock (_lock)
        {
            if (_calls.TryGetValue(target, out var call)) return call;
            if (_stop.IsCancellationRequested || !MayCall(target)) return null;
            call = new FlowCall(carrier, AddressOf(target));
            _calls.Add(target, call);
            var running = RunAsync(target, call);
            _running.Add(running);
            running.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            OnCalling(target);
            return call;
        }
    }

    private async Task RunAsync(TTarget target, FlowCall call)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not under the lock
        var status = new Status(StatusCode.Internal, "");
        try
        {
            status = await call.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            OnOver(target, status, _stop.IsCancellationRequested); // first: whether it may be called again depends on it
            lock (_lock) _calls.Remove(target);
        }
    }

    private void Forget(Task running)
    {
        lock (_lock) _running.Remove(running);
    }
}
