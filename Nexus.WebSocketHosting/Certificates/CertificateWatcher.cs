using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Certs.V1;
using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.WebSocketHosting.Certificates;

/// <summary>Keeps the node's certificate the one that Certs has. Of several Certs one is watched at a time; while all are away the last certificate serves on.</summary>
internal sealed class CertificateWatcher(
    CertificatePurpose purpose, NodeCertificate certificate, ServiceIdentity identity, IOptions<CertificatesOptions> options, TimeProvider time, ILogger<CertificateWatcher> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var replicas = options.Value.Replicas;
        var retry = s_firstRetry;
        for (var turn = 0; !stoppingToken.IsCancellationRequested; turn = (turn + 1) % replicas.Count)
        {
            // The next one: the last has gone, or has nothing for us.
            using var channel = GrpcDefaults.CreateChannel(replicas[turn], handler => identity.Secure(handler, ServiceRole.Certs));
            var client = new Contracts.Certs.V1.Certificates.CertificatesClient(channel);
            try
            {
                if (await WatchAsync(client, stoppingToken)) retry = s_firstRetry;
            }
            catch (RpcException e) when (!stoppingToken.IsCancellationRequested)
            {
                CertificatesLog.WatchFailed(logger, e.StatusCode, certificate.IsPresent);
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException && stoppingToken.IsCancellationRequested)
            {
                return;
            }

            // Half of the pause is random, so that nodes do not come back in step.
            var pause = (retry / 2) + (retry / 2 * Random.Shared.NextDouble());
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            retry = retry * 2 < s_longestRetry ? retry * 2 : s_longestRetry;
        }
    }

    /// <summary>Whether a certificate arrived before the call ended.</summary>
    private async Task<bool> WatchAsync(Contracts.Certs.V1.Certificates.CertificatesClient client, CancellationToken stoppingToken)
    {
        var request = new WatchCertificateRequest { Purpose = purpose };
        using var call = client.Watch(request, cancellationToken: stoppingToken);
        var any = false;
        while (await call.ResponseStream.MoveNext(stoppingToken))
        {
            var bundle = call.ResponseStream.Current;
            try
            {
                var leaf = certificate.Use(bundle.ChainPem, bundle.PrivateKeyPem);
                CertificatesLog.Swapped(logger, bundle.Generation, leaf.NotAfter.ToUniversalTime());
                any = true;
            }
            catch (CryptographicException e)
            {
                CertificatesLog.Unusable(logger, bundle.Generation, e);
            }
        }

        return any;
    }
}
