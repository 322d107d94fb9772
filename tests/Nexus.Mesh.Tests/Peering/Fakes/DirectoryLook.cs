using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>What edges see of other regions.</summary>
internal static class DirectoryLook
{
    public static int RoutesOfPeers(this RouteDirectory directory)
    {
        using var watch = directory.TryWatch();
        return watch is null ? 0 : watch.Snapshot.Targets.Values.Where(target => !target.Target.IsLocal).Sum(target => target.Routes.Count);
    }

    public static string[] PeerRegions(this RouteDirectory directory)
    {
        using var watch = directory.TryWatch();
        return watch is null ? [] : [.. watch.Snapshot.Targets.Values.Where(target => !target.Target.IsLocal).Select(target => target.Target.Region)];
    }
}
