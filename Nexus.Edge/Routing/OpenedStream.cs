using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;

namespace Nexus.Edge.Routing;

/// <summary>What became of a user: a relay to run, a connection that is a hub's now, or the last target's refusal.</summary>
internal readonly record struct OpenedStream(OpenStreamResult Result, bool IsByHandOver = false, HandedOverStream? HandedOver = null)
{
    public static OpenedStream Refused(OpenRefusal refusal, string detail) => new(new(null, refusal, detail));
}
