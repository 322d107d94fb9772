using Microsoft.Extensions.Options;
using Nexus.Certs.Distribution;

namespace Nexus.Certs.Identities;

/// <summary>Keeps the hub supplied with certificates from the internal CA; each is replaced at half of its life.</summary>
internal sealed class DevelopmentCertificate(
    AuthorityFile file, CertificateFeed feed, IOptions<DevelopmentOptions> options, TimeProvider time, ILogger<DevelopmentCertificate> logger) : BackgroundService
{
    private CertificateAuthority? _authority;

    /// <summary>The first certificate is there before anything listens; what is wrong with the CA ends the start.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _authority = await file.OpenForHubAsync(cancellationToken);
        Issue(_authority);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _authority?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Lifetime / 2, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (_authority is { } authority) Issue(authority);
        }
    }

    private void Issue(CertificateAuthority authority)
    {
        var lifetime = options.Value.Lifetime;
        var certificate = authority.Issue(options.Value.EffectiveNames, time.GetUtcNow(), lifetime);
        feed.Publish(certificate);
        IdentitiesLog.Issued(logger, certificate.NotAfter, lifetime / 2);
    }
}
