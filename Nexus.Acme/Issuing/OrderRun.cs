using System.Security.Cryptography;
using Nexus.Acme.Accounts;
using Nexus.Acme.Certificates;
using Nexus.Acme.Orders;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Issuing;

/// <summary>Takes one order from wherever it stands to its certificate.</summary>
internal sealed class OrderRun(AcmeAccount account, NameProofs proofs, IssueTarget target, TimeSpan pollLimit, TimeProvider time, IProgress<IssueStage>? progress)
{
    /// <exception cref="AcmeException">It does not get there.</exception>
    public async Task<CertificateChain> FinishAsync(AcmeOrder order, ECDsa key, string? preferredRoot, CancellationToken cancellationToken)
    {
        if (order.Status == OrderStatus.Pending)
        {
            progress?.Report(IssueStage.Proving);
            await proofs.ProveAsync(order, cancellationToken).ConfigureAwait(false);
            order = await PollAsync(await account.ReadOrderAsync(order.Address, cancellationToken).ConfigureAwait(false), status => status != OrderStatus.Pending, cancellationToken).ConfigureAwait(false);
        }

        if (order.Status == OrderStatus.Ready)
        {
            progress?.Report(IssueStage.Finalizing);
            order = await account.FinalizeAsync(order, CertificateSigningRequest.Create(target.Identifiers, key), cancellationToken).ConfigureAwait(false);
        }

        order = await PollAsync(order, status => status is OrderStatus.Valid or OrderStatus.Invalid, cancellationToken).ConfigureAwait(false);
        if (order.Status == OrderStatus.Invalid) throw await proofs.ExplainAsync(order, cancellationToken).ConfigureAwait(false);
        progress?.Report(IssueStage.Downloading);
        return await account.DownloadAsync(order, preferredRoot, cancellationToken).ConfigureAwait(false);
    }

    private Task<AcmeOrder> PollAsync(AcmeOrder order, Func<OrderStatus, bool> isDone, CancellationToken cancellationToken) => Polling.UntilAsync(
        order,
        current => isDone(current.Status),
        current => current.RetryAfter,
        stop => account.ReadOrderAsync(order.Address, stop),
        pollLimit,
        time,
        cancellationToken);
}
