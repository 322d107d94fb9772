using Microsoft.Extensions.Options;
using Nexus.Certs.Distribution;

namespace Nexus.Certs.Manual;

/// <summary>Hands out the certificate in the files, and each that replaces it. Broken files change nothing and are told once.</summary>
internal sealed class ManualCertificate(CertificateFeed feed, IOptions<ManualOptions> options, TimeProvider time, ILogger<ManualCertificate> logger) : BackgroundService
{
    private string _lastProblem = "";

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Look();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) Look();
    }

    private void Look()
    {
        var (certificate, problems) = PemFiles.Read(options.Value.CertificateFile, options.Value.KeyFile, time.GetUtcNow());
        var problem = string.Join(' ', problems);
        if (problem.Length > 0 && problem != _lastProblem) ManualLog.Broken(logger, problem);
        _lastProblem = problem;
        if (certificate is null || certificate == feed.Current) return;

        feed.Publish(certificate);
        ManualLog.Loaded(logger, certificate.NotAfter);
    }
}
