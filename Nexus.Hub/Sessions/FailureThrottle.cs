using System.Net;
using Microsoft.Extensions.Options;

namespace Nexus.Hub.Sessions;

/// <summary>
/// Counts failed handshakes by source address. Each source has a bucket of failures: a failure takes one, time and successes give them
/// back, and a source whose bucket is empty is turned away before it can make the hub work. Honest backends come back as often as they like.
/// </summary>
internal sealed class FailureThrottle(IOptions<SessionsOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, LinkedListNode<Bucket>> _buckets = [];
    private readonly LinkedList<Bucket> _byUse = new(); // the one that failed last comes last

    /// <summary>Not in the constructor: that runs while Kestrel is configured, before wrong options are reported.</summary>
    private SessionsOptions Limits => options.Value;

    private bool IsOff => Limits.FailureBurst == 0;

    /// <summary>Sources that are remembered: those with failures that time has not made good yet.</summary>
    public int Count
    {
        get { lock (_gate) return _buckets.Count; }
    }

    public bool IsBlocked(IPAddress source)
    {
        if (IsOff) return false;
        lock (_gate) return _buckets.TryGetValue(source, out var node) && Left(node.Value) < 1;
    }

    public void Failed(IPAddress source)
    {
        if (IsOff) return;
        lock (_gate)
        {
            ForgetFull();
            if (_buckets.TryGetValue(source, out var node))
            {
                Set(node.Value, Math.Max(0, Left(node.Value) - 1));
                _byUse.Remove(node);
                _byUse.AddLast(node);
                return;
            }

            // Whoever has that many addresses is not held up by this; the ones that failed last are kept.
            if (_buckets.Count >= Limits.MaxThrottledAddresses && _byUse.First is { } oldest) Forget(oldest);
            _buckets[source] = _byUse.AddLast(new Bucket(source) { Left = Limits.FailureBurst - 1, Since = time.GetTimestamp() });
        }
    }

    public void Succeeded(IPAddress source)
    {
        if (IsOff) return;
        lock (_gate)
        {
            if (_buckets.TryGetValue(source, out var node)) Set(node.Value, Left(node.Value) + 1);
        }
    }

    private void ForgetFull()
    {
        while (_byUse.First is { } oldest && Left(oldest.Value) >= Limits.FailureBurst) Forget(oldest);
    }

    private void Forget(LinkedListNode<Bucket> node)
    {
        _buckets.Remove(node.Value.Source);
        _byUse.Remove(node);
    }

    private double Left(Bucket bucket) =>
        Math.Min(Limits.FailureBurst, bucket.Left + (time.GetElapsedTime(bucket.Since) / Limits.FailureRefillInterval));

    private void Set(Bucket bucket, double left) => (bucket.Left, bucket.Since) = (left, time.GetTimestamp());

    private sealed class Bucket(IPAddress source)
    {
        public IPAddress Source => source;

        public double Left { get; set; }

        public long Since { get; set; }
    }
}
