using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Nexus.Client.Sessions;

/// <summary>Hands events to whoever watches. A slow watcher loses its oldest events, and slows nobody.</summary>
internal sealed class EventFeed(ClientMetrics metrics, TimeProvider time)
{
    private const int Kept = 256;
    private ImmutableArray<Channel<NexusClientEvent>> _watchers = [];
    private volatile bool _isComplete;

    public void Publish(NexusClientEventKind kind, Uri address, Guid? streamId = null, string? reason = null)
    {
        if (!_watchers.IsEmpty) Publish(new NexusClientEvent(kind, time.GetUtcNow(), address, streamId, reason));
    }

    /// <summary>The state of a certificate is another one.</summary>
    public void Publish(NexusCertificateInfo certificate)
    {
        if (!_watchers.IsEmpty) Publish(new NexusClientEvent(NexusClientEventKind.CertificateChanged, time.GetUtcNow(), null, Reason: certificate.Problem, Certificate: certificate));
    }

    private void Publish(NexusClientEvent happened)
    {
        foreach (var watcher in _watchers) watcher.Writer.TryWrite(happened);
    }

    /// <summary>Events from the moment of the call on.</summary>
    public IAsyncEnumerable<NexusClientEvent> Watch(CancellationToken cancellationToken)
    {
        var watcher = Channel.CreateBounded<NexusClientEvent>(new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest }, _ => metrics.EventDropped());
        ImmutableInterlocked.Update(ref _watchers, list => list.Add(watcher));
        if (_isComplete) watcher.Writer.TryComplete();
        return ReadAsync(watcher, cancellationToken);
    }

    /// <summary>No more events come: every watcher ends.</summary>
    public void Complete()
    {
        _isComplete = true;
        foreach (var watcher in _watchers) watcher.Writer.TryComplete();
    }

    private async IAsyncEnumerable<NexusClientEvent> ReadAsync(Channel<NexusClientEvent> watcher, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var happened in watcher.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return happened;
        }
        finally
        {
            ImmutableInterlocked.Update(ref _watchers, list => list.Remove(watcher));
        }
    }
}
