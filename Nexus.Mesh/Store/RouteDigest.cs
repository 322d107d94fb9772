using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Store;

/// <summary>
/// A number that stands for a set of routes: the sum of one for each, so that a change costs as much as it is large. Two meshes
/// that have the same number for an announcement know the same of it. It is no protection against somebody who wants two sets to be alike.
/// </summary>
internal static class RouteDigest
{
    private const ulong FnvOffset = 14_695_981_039_346_656_037;
    private const ulong FnvPrime = 1_099_511_628_211;

    public static ulong Of(IEnumerable<KeyValuePair<RouteKey, RouteTerms>> routes)
    {
        var sum = 0UL;
        foreach (var (key, terms) in routes) sum = unchecked(sum + Of(key, terms));
        return sum;
    }

    public static ulong Of(RouteKey key, RouteTerms terms)
    {
        var hash = FnvOffset;
        Add(ref hash, (uint)key.Kind);
        Add(ref hash, (uint)key.Port);
        Add(ref hash, (uint)terms.Weight);
        Add(ref hash, (uint)terms.FlowIdleMilliseconds);
        foreach (var letter in key.Name) hash = unchecked((hash ^ letter) * FnvPrime);
        return Mix(hash);
    }

    private static void Add(ref ulong hash, uint value)
    {
        for (var shift = 0; shift < 32; shift += 8) hash = unchecked((hash ^ ((value >> shift) & 0xFF)) * FnvPrime);
    }

    /// <summary>Spreads the last letters over all bits, so that sums do not cancel out.</summary>
    private static ulong Mix(ulong hash)
    {
        unchecked
        {
            hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
            hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
            return hash ^ (hash >> 31);
        }
    }
}
