using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;

namespace Nexus.Edge.Routing;

/// <summary>Opens a stream for a user at one of its route's targets; a target that refuses or is dead costs the user nothing but time.</summary>
internal sealed class TargetOpener(GrpcCarrier carrier, RoutingMetrics metrics, IOptions<RoutingOptions> options, TimeProvider time, ILogger<TargetOpener> logger)
{
    /// <returns>The last target's refusal when all refused.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<OpenStreamResult> OpenAsync(Route route, OpenStream open, ReadOnlyMemory<byte> prelude, CancellationToken cancellationToken)
    {
        var chooser = new TargetChooser(route, options.Value.MaxAttempts, time);
        var result = new OpenStreamResult(null, OpenRefusal.NotFound, "");
        while (chooser.Next() is { } target)
        {
            result = await carrier.OpenAsync(target.Address, open, prelude, cancellationToken);
            if (result.IsAccepted)
            {
                target.Trust();
                return result;
            }
            NoteRefusal(target, result);
        }
        return result;
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
