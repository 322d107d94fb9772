using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Edge.HandOver;

namespace Nexus.Edge.Routing;

/// <summary>Opens a stream for a user at one of its route's targets; a target that refuses or is dead costs the user nothing but time.</summary>
internal sealed class TargetOpener(GrpcCarrier carrier, HandOvers handOvers, RoutingMetrics metrics, IOptions<RoutingOptions> options, TimeProvider time, ILogger<TargetOpener> logger)
{
    /// <summary>A stream to relay.</summary>
    /// <returns>The last target's refusal when all refused.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<OpenStreamResult> OpenAsync(Route route, OpenStream open, ReadOnlyMemory<byte> prelude, CancellationToken cancellationToken) =>
        (await OpenAsync(route, open, prelude, null, cancellationToken)).Result;

    /// <summary>The same, or the user's connection is handed over whole.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; the socket is still the caller's.</exception>
    public async Task<OpenedStream> OpenAsync(Route route, OpenStream open, ReadOnlyMemory<byte> prelude, UserOffer? user, CancellationToken cancellationToken)
    {
        var chooser = new TargetChooser(route, options.Value.MaxAttempts, time);
        var opened = OpenedStream.Refused(OpenRefusal.NotFound, "");
        while (chooser.Next() is { } target)
        {
            opened = await OpenAsync(target, open, prelude, user, cancellationToken);
            if (opened.Result.Refusal == OpenRefusal.None)
            {
                target.Trust();
                metrics.StreamOpened(opened.IsByHandOver);
                return opened;
            }
            NoteRefusal(target, opened.Result);
        }
        return opened;
    }

    private async ValueTask<OpenedStream> OpenAsync(Target target, OpenStream open, ReadOnlyMemory<byte> prelude, UserOffer? user, CancellationToken cancellationToken)
    {
        if (user is { } offer)
        {
            var handedOver = await handOvers.TryOpenAsync(target.HandOverPath, target.Id, new(open, prelude, offer.LastWords), offer.Channel, cancellationToken);
            if (!handedOver.IsNotPossible) return new(new(null, handedOver.Refusal, handedOver.Detail), IsByHandOver: true, handedOver.Stream);
        }
        else if (await handOvers.TryOpenStreamAsync(target.HandOverPath, target.Id, open, prelude, cancellationToken) is { } opened)
        {
            return new(opened, IsByHandOver: true);
        }
        return new(await carrier.OpenAsync(target.Address, open, prelude, cancellationToken));
    }

    private void NoteRefusal(Target target, OpenStreamResult result)
    {
        metrics.TargetRefused(result.Refusal);
        if (result.Refusal is not (OpenRefusal.Unreachable or OpenRefusal.Timeout))
        {
            RoutingLog.TargetRefused(logger, target.Id, result.Refusal, result.Detail);
            return;
        }
        // While it is avoided only users with nobody else try it, and each would say the same.
        var wasAvoided = target.IsAvoided(time);
        target.Avoid(time, options.Value.AvoidFailedTarget);
        if (wasAvoided) RoutingLog.TargetRefused(logger, target.Id, result.Refusal, result.Detail);
        else RoutingLog.TargetSilent(logger, target.Id, result.Refusal, result.Detail, options.Value.AvoidFailedTarget);
    }
}
