using System.Security.Cryptography;
using Nexus.Acme.Accounts;
using Nexus.Acme.Orders;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Issuing;

/// <summary>Finds the order that a former attempt placed, or places one.</summary>
internal sealed class OrderPlacement(AcmeAccount account, IssuingRecord record, TimeProvider time)
{
    /// <summary>The order that is under way; null when there is none, or none that leads anywhere.</summary>
    public async Task<AcmeOrder?> TryResumeAsync(CancellationToken cancellationToken)
    {
        var document = record.Document;
        if (document.Order is null) return null;
        if (document.Account == account.Address.AbsoluteUri && HasKey(document) && Uri.TryCreate(document.Order, UriKind.Absolute, out var address))
        {
            var order = await TryReadAsync(address, cancellationToken).ConfigureAwait(false);
            // A valid order's certificate can be fetched after it has run out.
            // One that has failed while nobody was there to be asked is left alone: that says nothing about the name.
            if (order is not null && order.Status != OrderStatus.Invalid && (order.Status == OrderStatus.Valid || order.Expires is not { } expires || expires > time.GetUtcNow())) return order;
        }

        await record.DropAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>Places an order, and stores its address with the key of its certificate before anything else.</summary>
    public async Task<AcmeOrder> PlaceAsync(IssueRequest request, CancellationToken cancellationToken)
    {
        var wanted = new OrderRequest { Identifiers = record.Target.Identifiers, Profile = request.Profile, Replaces = request.Replaces };
        var order = await PlaceAsync(wanted, cancellationToken).ConfigureAwait(false);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await record.PlacedAsync(account.Address, order.Address, key.ExportPkcs8PrivateKeyPem(), cancellationToken).ConfigureAwait(false);
        return order;
    }

    private async Task<AcmeOrder> PlaceAsync(OrderRequest wanted, CancellationToken cancellationToken)
    {
        try
        {
            return await account.PlaceOrderAsync(wanted, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeException ex) when (wanted.Replaces is not null && MayBeAboutReplaces(ex))
        {
            return await account.PlaceOrderAsync(wanted with { Replaces = null }, cancellationToken).ConfigureAwait(false);
        }
    }

    // RFC 9773 §5 has one type, but an authority that has forgotten the certificate says that it does not know it.
    private static bool MayBeAboutReplaces(AcmeException ex) =>
        ex.Kind is AcmeErrorKind.AlreadyReplaced or AcmeErrorKind.Malformed or AcmeErrorKind.NotFound or AcmeErrorKind.Unauthorized;

    private async Task<AcmeOrder?> TryReadAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await account.ReadOrderAsync(address, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeException ex) when (ex.Kind is AcmeErrorKind.NotFound or AcmeErrorKind.RefusedAddress or AcmeErrorKind.Unauthorized || ex.StatusCode is 404 or 410)
        {
            return null;
        }
    }

    private static bool HasKey(OrderDocument document)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(document.PrivateKey);
            return true;
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
