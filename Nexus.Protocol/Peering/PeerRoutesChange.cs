using Nexus.Protocol.Naming;

namespace Nexus.Protocol.Peering;

/// <summary>What an announcement has changed.</summary>
/// <param name="Result">What became of it; nothing has changed if it was not applied.</param>
/// <param name="Added">Names that the link did not have before.</param>
/// <param name="Removed">Names that it has no longer.</param>
/// <param name="Skipped">Names that were left out: not valid, or more than a link may have.</param>
public sealed record PeerRoutesChange(PeerRoutesResult Result, IReadOnlyList<RouteKey> Added, IReadOnlyList<RouteKey> Removed, int Skipped)
{
    internal static PeerRoutesChange None(PeerRoutesResult result) => new(result, [], [], 0);
}
