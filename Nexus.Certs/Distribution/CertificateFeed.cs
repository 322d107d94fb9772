using System.Runtime.CompilerServices;

namespace Nexus.Certs.Distribution;

/// <summary>The hub's certificate as it is now and as it changes. Who reads slowly misses old ones, never the newest.</summary>
internal sealed class CertificateFeed(DistributionMetrics metrics)
{
    private readonly Lock _lock = new();
    private volatile Edition _edition = new(null, 0);

    /// <summary>The certificate now; null before the first.</summary>
    public HubCertificate? Current => _edition.Certificate;

    public void Publish(HubCertificate certificate)
    {
        Edition last;
        lock (_lock)
        {
            last = _edition;
            _edition = new Edition(certificate, last.Generation + 1);
        }

        metrics.Published(certificate.NotAfter);
        last.Replaced.TrySetResult();
    }

    /// <summary>The certificate now, if there is one, then each new one with its generation (1, 2, …).</summary>
    public async IAsyncEnumerable<(HubCertificate Certificate, ulong Generation)> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var edition = _edition;
            if (edition.Certificate is { } certificate) yield return (certificate, edition.Generation);
            await edition.Replaced.Task.WaitAsync(cancellationToken);
        }
    }

    private sealed record Edition(HubCertificate? Certificate, ulong Generation)
    {
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
