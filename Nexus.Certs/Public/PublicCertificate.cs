using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Nexus.Acme;
using Nexus.Acme.Accounts;
using Nexus.Acme.Authority;
using Nexus.Acme.Certificates;
using Nexus.Acme.Issuing;
using Nexus.Acme.Keeping;
using Nexus.Acme.Orders;
using Nexus.Certs.Distribution;
using Nexus.Certs.Identities;
using Nexus.Certs.Sharing;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Public;

/// <summary>Keeps the hub supplied with a certificate of a public authority; of the internal CA until there is the first.</summary>
internal sealed class PublicCertificate : BackgroundService
{
    private static readonly TimeSpan s_interimLife = TimeSpan.FromDays(30);

    private readonly AuthorityFile _internal;
    private readonly CertificateFeed _feed;
    private readonly TimeProvider _time;
    private readonly ILogger<PublicCertificate> _logger;
    private readonly AcmeAuthority _authority;
    private readonly CertificateIssuer _issuer;
    private readonly IssueRequest _request;
    private readonly OriginalCache _original;
    private readonly IssuingTurn? _turn;
    private readonly string _host;
    private readonly TimeSpan _startDelay;
    private bool _isInterim;
    private IssuedCertificate? _present;

    public PublicCertificate(
        ChallengeBoard board, AuthorityFile @internal, CertificateFeed feed, IOptions<PublicOptions> options, TimeProvider time, ILogger<PublicCertificate> logger,
        IssuingTurn? turn = null, SharedIssuing? shared = null)
    {
        (_internal, _feed, _time, _logger, _turn) = (@internal, feed, time, logger, turn);
        var terms = options.Value;
        _host = terms.IsUsed ? AcmeIdentifier.Parse(terms.Hostname ?? "").Value : "";
        _startDelay = terms.StartDelay;
        _original = new OriginalCache(Path.GetFullPath(terms.CacheDirectory), _host, time, logger);
        _request = new IssueRequest { Names = [_host], Profile = NullIfEmpty(terms.Profile), PreferredRoot = NullIfEmpty(terms.PreferredRoot) };
        _authority = new AcmeAuthority(new AcmeOptions { Directory = terms.Directory, TrustedRoots = ReadRoots(terms.AuthorityFile) }, time);
        // The terms are agreed to as the original does (spec/node.md §10).
        var registration = new AccountRegistration { AgreesToTerms = true, Contacts = [.. terms.Contacts], ExternalAccount = terms.ReadExternalAccount() };
        var issuing = new IssuerOptions { Registration = registration, MaxOrdersPerHour = terms.MaxOrdersPerHour };
        _issuer = new CertificateIssuer(_authority, (IIssuingStore?)shared ?? new FolderStore(Path.GetFullPath(terms.CacheDirectory)), board, issuing);
    }

    /// <summary>A certificate is there before anything listens; what is wrong with the folders ends the start.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Where Certs share, only the one that issues writes; the others know at least what is in their own folder.
            if (_turn is null) await TakeOverAsync(cancellationToken);
            var kept = await FindAsync(cancellationToken) ?? (_turn is null ? null : _original.ReadCertificate());
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
        _issuer.Dispose();
        _authority.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (_isInterim) await Task.Delay(_startDelay, _time, stoppingToken);
            if (_turn is null) await KeepAsync(stoppingToken);
            else await _turn.RunAsync(LeadAsync, LookAsync, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private Task KeepAsync(CancellationToken cancellationToken) =>
        new CertificateKeeper(_authority, _issuer, _request).RunAsync(OnStateAsync, progress: null, cancellationToken);

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        // A Redis that has lost it gets it back: nothing has to be ordered for that.
        if (_present is { } known && known.NotAfter > _time.GetUtcNow()) await _issuer.TryImportCertificateAsync(_request, known, cancellationToken);
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
        await _issuer.FindAsync(_request, cancellationToken) is { } kept && kept.NotAfter > _time.GetUtcNow() ? kept : null;

    /// <summary>What the original has left, where there is nothing of our own yet: its account renews, and its certificate is used until then.</summary>
    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        if (await _issuer.FindAsync(_request, cancellationToken) is null && _original.ReadCertificate() is { } certificate)
            await _issuer.TryImportCertificateAsync(_request, certificate, cancellationToken);
        if (await _issuer.HasAccountAsync(cancellationToken)) return;
        using var account = _original.ReadAccount();
        if (account is not null) await _issuer.TryImportAccountAsync(account, cancellationToken);
    }

    private static X509Certificate2Collection? ReadRoots(string? file)
    {
        if (string.IsNullOrEmpty(file)) return null;
        X509Certificate2Collection roots = [];
        roots.ImportFromPemFile(file);
        return roots;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private Task OnStateAsync(KeptState state, CancellationToken cancellationToken)
    {
        if (state is { Certificate: { } certificate, IsNew: true })
        {
            Publish(certificate);
            PublicLog.Present(_logger, _host, certificate.NotAfter, state.NextAt);
        }
        else if (state.LastAttempt is { } attempt)
        {
            PublicLog.Failed(_logger, _host, EnumWord.Of(attempt.Outcome), attempt.Failure?.Message ?? attempt.LastError ?? "", state.NextAt);
        }

        return Task.CompletedTask;
    }

    private void Publish(IssuedCertificate certificate)
    {
        var next = new HubCertificate(certificate.Chain.ToPem(), certificate.ExportPrivateKeyPem(), certificate.NotBefore, certificate.NotAfter);
        if (next != _feed.Current) _feed.Publish(next);
        _present = certificate;
    }

    private async Task PublishInterimAsync(CancellationToken cancellationToken)
    {
        _isInterim = true;
        using var authority = await _internal.OpenForHubAsync(cancellationToken);
        _feed.Publish(authority.Issue([_host], _time.GetUtcNow(), s_interimLife));
        PublicLog.Interim(_logger, _host, _authority.Options.Directory);
    }
}
