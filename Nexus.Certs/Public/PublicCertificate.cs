using Microsoft.Extensions.Options;
using Nexus.Acme.Certificates;
using Nexus.Acme.Issuing;
using Nexus.Acme.Keeping;
using Nexus.Certs.Distribution;
using Nexus.Certs.Identities;
using Nexus.Certs.Sharing;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Public;

/// <summary>Keeps the hub supplied with a certificate of a public authority; of the internal CA until there is the first.</summary>
internal sealed class PublicCertificate(
    ChallengeBoard board, AuthorityFile @internal, CertificateFeed feed, IOptions<PublicOptions> options, TimeProvider time, ILogger<PublicCertificate> logger,
    IssuingTurn? turn = null, SharedIssuing? shared = null)
    : BackgroundService
{
    private static readonly TimeSpan s_interimLife = TimeSpan.FromDays(30);

    /// <summary>How soon a certificate that was revoked is replaced.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(2);

    private readonly PublicIssuing _issuing = new(options.Value, board, shared, time);
    private bool _isInterim;
    private IssuedCertificate? _present;
    private volatile bool _isKept; // what is present is kept too, unless somebody has revoked it since

    private CertificateIssuer Issuer => _issuing.Issuer;

    private OriginalCache Original => field ??= new OriginalCache(Path.GetFullPath(options.Value.CacheDirectory), _issuing.Host, time, logger);

    /// <summary>A certificate is there before anything listens; what is wrong with the folders ends the start.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Where Certs share, only the one that issues writes; the others know at least what is in their own folder.
            if (turn is null) await TakeOverAsync(cancellationToken);
            var kept = await FindAsync(cancellationToken) ?? (turn is null ? null : Original.ReadCertificate());
            if (kept is not null) Publish(kept);
            else await PublishInterimAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(PublicOptions), [$"{nameof(PublicOptions.CacheDirectory)}: {e.Message}"]);
        }

        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _issuing.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (_isInterim) await Task.Delay(options.Value.StartDelay, time, stoppingToken);
            if (turn is null) await KeepAsync(stoppingToken);
            else await turn.RunAsync(LeadAsync, LookAsync, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    /// <summary>Issues and renews; begins anew when the certificate was revoked.</summary>
    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var keeping = new CertificateKeeper(_issuing.Authority, Issuer, _issuing.Request).RunAsync(OnStateAsync, progress: null, over.Token);
            var looking = WaitUntilForgottenAsync(over.Token);
            await Task.WhenAny(keeping, looking);
            await over.CancelAsync();
            await Task.WhenAll(keeping, looking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (keeping.IsFaulted) await keeping;
            cancellationToken.ThrowIfCancellationRequested();
            PublicLog.Forgotten(logger, _issuing.Host);
        }
    }

    private async Task WaitUntilForgottenAsync(CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(s_look, time);
        while (await pace.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                if (!_isKept || await Issuer.FindAsync(_issuing.Request, cancellationToken) is not null) continue;
                _isKept = false;
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not now; who writes will tell.
            }
        }
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        // A Redis that has lost it gets it back: nothing has to be ordered for that.
        if (_present is { } known && known.NotAfter > time.GetUtcNow()) await Issuer.TryImportCertificateAsync(_issuing.Request, known, cancellationToken);
        await TakeOverAsync(cancellationToken);
        await KeepAsync(cancellationToken);
    }

    /// <summary>Takes what another Certs has got.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } certificate) Publish(certificate);
    }

    /// <summary>What is kept, if it is still valid.</summary>
    private async Task<IssuedCertificate?> FindAsync(CancellationToken cancellationToken) =>
        await Issuer.FindAsync(_issuing.Request, cancellationToken) is { } kept && kept.NotAfter > time.GetUtcNow() ? kept : null;

    /// <summary>What the original has left, where there is nothing of our own yet: its account renews, and its certificate is used until then.</summary>
    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        if (await Issuer.FindAsync(_issuing.Request, cancellationToken) is null && Original.ReadCertificate() is { } certificate)
            await Issuer.TryImportCertificateAsync(_issuing.Request, certificate, cancellationToken);
        if (await Issuer.HasAccountAsync(cancellationToken)) return;
        using var account = Original.ReadAccount();
        if (account is not null) await Issuer.TryImportAccountAsync(account, cancellationToken);
    }

    private Task OnStateAsync(KeptState state, CancellationToken cancellationToken)
    {
        if (state is { Certificate: { } certificate, IsNew: true })
        {
            Publish(certificate);
            PublicLog.Present(logger, _issuing.Host, certificate.NotAfter, state.NextAt);
        }
        else if (state.LastAttempt is { } attempt)
        {
            PublicLog.Failed(logger, _issuing.Host, EnumWord.Of(attempt.Outcome), attempt.Failure?.Message ?? attempt.LastError ?? "", state.NextAt);
        }

        return Task.CompletedTask;
    }

    private void Publish(IssuedCertificate certificate)
    {
        var next = new HubCertificate(certificate.Chain.ToPem(), certificate.ExportPrivateKeyPem(), certificate.NotBefore, certificate.NotAfter);
        if (next != feed.Current) feed.Publish(next);
        (_present, _isKept) = (certificate, true);
    }

    private async Task PublishInterimAsync(CancellationToken cancellationToken)
    {
        _isInterim = true;
        using var authority = await @internal.OpenForHubAsync(cancellationToken);
        feed.Publish(authority.Issue([_issuing.Host], time.GetUtcNow(), s_interimLife));
        PublicLog.Interim(logger, _issuing.Host, _issuing.Authority.Options.Directory);
    }
}
