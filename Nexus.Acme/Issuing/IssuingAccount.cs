using System.Security.Cryptography;
using Nexus.Acme.Accounts;
using Nexus.Acme.Authority;
using Nexus.Acme.Problems;
using Nexus.Acme.Signing;

namespace Nexus.Acme.Issuing;

/// <summary>The issuer's account: its key is stored before the authority hears of it, so that a kill never makes a second account.</summary>
internal sealed class IssuingAccount(AcmeAuthority authority, IssuingDocuments documents, AccountRegistration registration) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private AcmeAccount? _account;
    private AcmeException? _failure;
    private DateTimeOffset _notBefore;

    // All that were in use: an attempt may still sign with one that another has replaced.
    private readonly List<SigningKey> _keys = [];

    /// <summary>The account, made when there is none. A refusal holds for all sets of names: not each of them asks again, unless told to.</summary>
    public async Task<AcmeAccount> EnsureAsync(bool ignoresBackoff, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_account is { } known) return known;
            if (_failure is { } failure && !ignoresBackoff && authority.Time.GetUtcNow() < _notBefore) throw failure;
            _account = await FindOrRegisterAsync(cancellationToken).ConfigureAwait(false);
            _failure = null;
            return _account;
        }
        catch (AcmeException ex) when (!ReferenceEquals(ex, _failure))
        {
            _failure = ex;
            _notBefore = authority.Time.GetUtcNow() + FailureBackoff.Delay(1, ex.Explanation.Retry, ex.RetryAfter, 0);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The authority does not know the account any more; the key is kept.</summary>
    public async Task ForgetAsync(AcmeAccount gone, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Another attempt may have made a new one meanwhile.
            if (!ReferenceEquals(_account, gone)) return;
            await documents.WriteAccountAsync(new(gone.Key.ToPem(), null), cancellationToken).ConfigureAwait(false);
            _account = null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes over the key of an existing account; false when there is one already.</summary>
    public async Task<bool> TryImportAsync(SigningKey key, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await documents.ReadAccountAsync(cancellationToken).ConfigureAwait(false) is not null) return false;
            await documents.WriteAccountAsync(new(key.ToPem(), null), cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Changes the account's key. Both are stored before the authority hears of it.</summary>
    public async Task ChangeKeyAsync(CancellationToken cancellationToken)
    {
        var account = await EnsureAsync(ignoresBackoff: true, cancellationToken).ConfigureAwait(false);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var next = SigningKey.Create();
            _keys.Add(next);
            var present = new AccountDocument(account.Key.ToPem(), account.Address.AbsoluteUri);
            await documents.WriteAccountAsync(present with { NextPrivateKey = next.ToPem() }, cancellationToken).ConfigureAwait(false);
            // Until it is certain which key holds, the next use finds it out.
            _account = null;
            await account.ChangeKeyAsync(next, cancellationToken).ConfigureAwait(false);
            await documents.WriteAccountAsync(new(next.ToPem(), present.Address), cancellationToken).ConfigureAwait(false);
            _account = account;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (var key in _keys) key.Dispose();
        _turn.Dispose();
    }

    private async Task<AcmeAccount> FindOrRegisterAsync(CancellationToken cancellationToken)
    {
        var found = await documents.ReadAccountAsync(cancellationToken).ConfigureAwait(false);
        var stored = found ?? await CreateAsync(cancellationToken).ConfigureAwait(false);
        if (stored.NextPrivateKey is not null) stored = await FinishChangeAsync(stored, cancellationToken).ConfigureAwait(false);
        var key = Read(stored.PrivateKey);
        if (Uri.TryCreate(stored.Address, UriKind.Absolute, out var address) && authority.Urls.IsUsable(address)) return authority.UseAccount(key, address);
        // A key from before may have its account, for which nothing is to be agreed to and no external account to be named again.
        var account = found is null ? null : await authority.FindAccountAsync(key, cancellationToken).ConfigureAwait(false);
        account ??= await authority.RegisterAsync(key, registration, cancellationToken).ConfigureAwait(false);
        await documents.WriteAccountAsync(stored with { Address = account.Address.AbsoluteUri }, cancellationToken).ConfigureAwait(false);
        return account;
    }

    private async Task<AccountDocument> CreateAsync(CancellationToken cancellationToken)
    {
        using var key = SigningKey.Create();
        var created = new AccountDocument(key.ToPem(), null);
        await documents.WriteAccountAsync(created, cancellationToken).ConfigureAwait(false);
        return created;
    }

    // A change was cut off: the authority knows one of the two keys.
    private async Task<AccountDocument> FinishChangeAsync(AccountDocument stored, CancellationToken cancellationToken)
    {
        var isChanged = await authority.FindAccountAsync(Read(stored.NextPrivateKey ?? ""), cancellationToken).ConfigureAwait(false) is not null;
        var finished = new AccountDocument(isChanged ? stored.NextPrivateKey ?? "" : stored.PrivateKey, stored.Address);
        await documents.WriteAccountAsync(finished, cancellationToken).ConfigureAwait(false);
        return finished;
    }

    private SigningKey Read(string privateKey)
    {
        try
        {
            var key = SigningKey.FromPem(privateKey);
            if (_keys.Find(other => other.Thumbprint == key.Thumbprint) is { } known)
            {
                // Read again because the authority did not answer, perhaps for months.
                key.Dispose();
                return known;
            }

            _keys.Add(key);
            return key;
        }
        catch (CryptographicException ex)
        {
            throw new InvalidDataException("The stored account key cannot be read. Restore it, or remove it to make a new account.", ex);
        }
    }
}
