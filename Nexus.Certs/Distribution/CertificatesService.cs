using Grpc.Core;
using Nexus.Contracts.Certs.V1;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Distribution;

/// <summary>The call of certs.proto on the feed.</summary>
internal sealed class CertificatesService(CertificateFeed feed, DistributionMetrics metrics, Drain drain) : Certificates.CertificatesBase
{
    /// <summary>More services than a node has; each costs a call, nothing else.</summary>
    private const int MaxWatchers = 256;

    private int _watchers;

    public override async Task Watch(WatchCertificateRequest request, IServerStreamWriter<CertificateBundle> responseStream, ServerCallContext context)
    {
        if (request.Purpose != CertificatePurpose.Hub) throw Failure(StatusCode.NotFound, "There is no certificate of that purpose.");
        if (feed.Current is null) throw Failure(StatusCode.Unavailable, "No certificate has been issued yet.");

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, drain.Started);
        var watchers = Interlocked.Increment(ref _watchers);
        metrics.WatcherCame();
        try
        {
            if (watchers > MaxWatchers) throw Failure(StatusCode.ResourceExhausted, "There are too many watchers.");
            await foreach (var (certificate, generation) in feed.WatchAsync(ended.Token))
            {
                await responseStream.WriteAsync(ToMessage(certificate, generation), ended.Token);
            }
        }
        catch (OperationCanceledException) when (drain.IsDraining && !context.CancellationToken.IsCancellationRequested)
        {
            throw Failure(StatusCode.Unavailable, "The service is stopping.");
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
            metrics.WatcherLeft();
        }
    }

    private static CertificateBundle ToMessage(HubCertificate certificate, ulong generation) =>
        new() { ChainPem = certificate.ChainPem, PrivateKeyPem = certificate.PrivateKeyPem, Generation = generation };

    private static RpcException Failure(StatusCode code, string detail) => new(new Status(code, detail));
}
