using System.Security.Cryptography;
using Nexus.Acme.Accounts;
using Nexus.Acme.Authority;
using Nexus.Acme.Signing;

namespace Nexus.Acme.Issuing;

/// <summary>The issuer's account: its key is stored before the authority hears of it, so that a kill never makes a second account.</summary>
internal sealed class IssuingAccount(AcmeAuthority authority, IssuingDocuments documents, AccountRegistration registration) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private AcmeAccount? _account;
    private SigningKey? _key;

    /// <summary>The account, made when there is none.</summary>
    public async Task<AcmeAccount> EnsureAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _account ??= await FindOrRegisterAsync(cancellationToken).ConfigureAwait(false);
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
            if (_key is not null || await documents.ReadAccountAsync(cancellationToken).ConfigureAwait(false) is not null) return false;
            await documents.WriteAccountAsync(new(key.ToPem(), null), cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _key?.Dispose();
        _turn.Dispose();
    }

    private async Task<AcmeAccount> FindOrRegisterAsync(CancellationToken cancellationToken)
    {
        var stored = await documents.ReadAccountAsync(cancellationToken).ConfigureAwait(false);
        _key ??= stored is null ? SigningKey.Create() : Read(stored);
        if (stored is null) await documents.WriteAccountAsync(new(_key.ToPem(), null), cancellationToken).ConfigureAwait(false);
        if (Uri.TryCreate(stored?.Address, UriKind.Absolute, out var address)) return authority.UseAccount(_key, address);
        var account = await authority.RegisterAsync(_key, registration, cancellationToken).ConfigureAwait(false);
        await documents.WriteAccountAsync(new(_key.ToPem(), account.Address.AbsoluteUri), cancellationToken).ConfigureAwait(false);
        return account;
    }

    private static SigningKey Read(AccountDocument document)
    {
        try
        {
            return SigningKey.FromPem(document.PrivateKey);
        }
        catch (CryptographicException ex)
        {
            throw new InvalidDataException("The stored account key cannot be read. Restore it, or remove it to make a new account.", ex);
        }
    }
}
