using Microsoft.Extensions.Logging;
using Nexus.Acme.Certificates;
using Nexus.Acme.Issuing;
using Nexus.Acme.Keeping;

namespace Nexus.Client.Tls;

/// <summary>Keeps one host name supplied with a certificate, for as long as it runs.</summary>
/// <param name="host">Normalised.</param>
/// <param name="authority">Not owned.</param>
/// <param name="sessions">Nothing is ordered while there is none: the authority could not ask.</param>
/// <param name="changed">Told when the state is another one.</param>
/// <param name="logger">The log.</param>
/// <param name="time">The clock.</param>
internal sealed class HostKeeper(string host, CertificateAuthority authority, SessionPresence sessions, Action<NexusCertificateInfo> changed, ILogger logger, TimeProvider time)
    : IAsyncDisposable
{
    private static readonly TimeSpan s_afterFault = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private NexusCertificateInfo _info = new() { Host = host, State = NexusCertificateState.Waiting };
    private IssuedCertificate? _issued;
    private ServerCertificate? _current;
    private Task _running = Task.CompletedTask;
    private bool _isTold; // that another process is at it
    private int _isDisposed;

    public CertificateAuthority Authority => authority;

    /// <summary>For users from now on; null while there is none.</summary>
    public ServerCertificate? Current => Volatile.Read(ref _current);

    public NexusCertificateInfo Info
    {
        get { lock (_lock) return _info; }
    }

    public void Start() => _running = Task.Run(RunAsync, CancellationToken.None);

    /// <summary>Goes on with the certificate of another keeper of the same name until there is an own one.</summary>
    public void TakeOver(HostKeeper former)
    {
        _issued = former._issued;
        _current = former.Current;
        lock (_lock) _info = former.Info with { NextAttempt = null };
    }

    /// <summary>What is stored about the name, by whichever process. Asks nobody, and changes nothing.</summary>
    public async Task<NexusCertificateInfo> LookAsync(CancellationToken cancellationToken)
    {
        var (issuer, request) = (authority.Open().Issuer, authority.RequestFor(host));
        if (await FindNewerAsync(issuer, request, cancellationToken).ConfigureAwait(false) is { } stored) return Info with { State = NexusCertificateState.Present, NotAfter = stored.NotAfter };
        var failure = await issuer.FindFailureAsync(request, cancellationToken).ConfigureAwait(false);
        return failure is null ? Info : Info with { State = NexusCertificateState.Failed, Problem = failure.Error, NextAttempt = failure.RetryAt };
    }

    /// <summary>Stops; what is there stays there for users.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var stopping = _stopping.Token;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await KeepAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception ex) // the owner of the loop: what is wrong with a folder or a file may be put right, and nothing may end it unseen
            {
                TlsLog.KeeperFaulted(logger, ex);
                Enter(info => info with { State = Current is null ? NexusCertificateState.Failed : info.State, Problem = ex.Message, NextAttempt = time.GetUtcNow() + s_afterFault });
            }

            await Task.Delay(s_afterFault, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task KeepAsync(CancellationToken stopping)
    {
        var (acme, issuer) = authority.Open();
        var request = authority.RequestFor(host);
        // Before the keeper asks the authority anything: users are there at once.
        if (await FindNewerAsync(issuer, request, stopping).ConfigureAwait(false) is { } stored) Take(stored, null);
        await new CertificateKeeper(acme, issuer, request, (issue, stop) => AttemptAsync(issuer, request, issue, stop)).RunAsync(OnStateAsync, progress: null, stopping).ConfigureAwait(false);
    }

    /// <summary>One attempt, when an authority's question can reach us and no other process is at it; begun again when the sessions are lost meanwhile.</summary>
    private async Task<IssueResult> AttemptAsync(CertificateIssuer issuer, IssueRequest request, Func<CancellationToken, Task<IssueResult>> issue, CancellationToken stopping)
    {
        while (true)
        {
            await sessions.UntilConnectedAsync(stopping).ConfigureAwait(false);
            using var turn = await authority.Turn.EnterAsync(OnOtherProcess, stopping).ConfigureAwait(false);
            if (await FindNewerAsync(issuer, request, stopping).ConfigureAwait(false) is { } newer) return new() { Outcome = IssueOutcome.Issued, Certificate = newer };
            if (Current is null) Enter(info => info with { State = NexusCertificateState.Ordering, Problem = null, NextAttempt = null });
            if (await sessions.WhileConnectedAsync(issue, stopping).ConfigureAwait(false) is { } result) return result;
            TlsLog.OrderPaused(logger);
            if (Current is null) Enter(info => info with { State = NexusCertificateState.Waiting });
        }
    }

    /// <summary>What another process, or this one before it was started again, has stored.</summary>
    private async Task<IssuedCertificate?> FindNewerAsync(CertificateIssuer issuer, IssueRequest request, CancellationToken stopping)
    {
        var stored = await issuer.FindAsync(request, stopping).ConfigureAwait(false);
        return stored is not null && stored.NotAfter > time.GetUtcNow() && stored.SerialNumber != _issued?.SerialNumber
            && !(_issued is { } present && present.NotAfter > stored.NotAfter) ? stored : null;
    }

    private Task OnStateAsync(KeptState state, CancellationToken cancellationToken)
    {
        _isTold = false;
        if (state is { Certificate: { } certificate, IsNew: true })
        {
            if (certificate.SerialNumber == _issued?.SerialNumber) Enter(info => info with { NextAttempt = state.NextAt });
            else Take(certificate, state.NextAt);
        }
        else if (state.LastAttempt is { Outcome: not IssueOutcome.Issued } attempt)
        {
            // The keeper does not know of one from earlier settings.
            var held = _issued is { } issued && issued.NotAfter > time.GetUtcNow() ? issued : null;
            if (held is null) Volatile.Write(ref _current, null);
            var problem = ProblemOf(attempt);
            TlsLog.NotIssued(logger, attempt.Outcome, attempt.Failure?.Explanation, problem, state.NextAt);
            Enter(info => info with
            {
                State = held is null ? NexusCertificateState.Failed : NexusCertificateState.Present,
                NotAfter = held?.NotAfter,
                Problem = problem,
                NextAttempt = state.NextAt,
            });
        }

        return Task.CompletedTask;
    }

    private static string ProblemOf(IssueResult attempt) => (attempt.Outcome, attempt.Failure?.Message ?? attempt.LastError) switch
    {
        (IssueOutcome.TooManyOrders, { } last) => $"There were too many orders for the name within an hour. The last one failed: {last}",
        (IssueOutcome.TooManyOrders, null) => "There were too many orders for the name within an hour.",
        (IssueOutcome.TooEarly, { } last) => $"The authority is left alone for a while after a failure: {last}",
        (_, var last) => last ?? "The attempt failed.",
    };

    private void Take(IssuedCertificate certificate, DateTimeOffset? nextAt)
    {
        _issued = certificate;
        Volatile.Write(ref _current, ServerCertificate.ForUsers(certificate.Load(), certificate.Chain.LoadIntermediates()));
        TlsLog.Present(logger, certificate.NotAfter);
        Enter(info => info with { State = NexusCertificateState.Present, NotAfter = certificate.NotAfter, Problem = null, NextAttempt = nextAt });
    }

    private void OnOtherProcess()
    {
        if (_isTold) return;
        _isTold = true;
        var problem = $"Another process gets a certificate into {authority.Folder} at present; it is waited for.";
        TlsLog.OtherProcess(logger, authority.Folder);
        Enter(info => info with { State = Current is null ? NexusCertificateState.Waiting : info.State, Problem = problem });
    }

    private void Enter(Func<NexusCertificateInfo, NexusCertificateInfo> change)
    {
        NexusCertificateInfo now;
        lock (_lock)
        {
            now = change(_info);
            if (now == _info) return;
            _info = now;
        }

        changed(now);
    }
}
