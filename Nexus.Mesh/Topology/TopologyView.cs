using System.Globalization;
using Nexus.Contracts.Topology.V1;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Peering.Links;
using Nexus.Mesh.Store;

namespace Nexus.Mesh.Topology;

/// <summary>Puts together what this mesh knows at one moment.</summary>
internal sealed class TopologyView(RouteDirectory directory, Members members, MeshIdentity identity, IServiceProvider services)
{
    private const int DefaultMaxKeys = 1_000;
    private const int LargestMaxKeys = 100_000;

    private readonly PeerLinks? _links = services.GetService<PeerLinks>(); // none without peering

    public TopologySnapshot Take(GetTopologyRequest request)
    {
        var snapshot = new TopologySnapshot
        {
            Node = identity.NodeId,
            Region = identity.Region,
            Version = identity.Version,
            Revision = directory.Table.Revision,
            Keys = (uint)directory.Local.Current.ByKey.Count,
        };
        var maxKeys = !request.WithKeys ? 0 : request.MaxKeys == 0 ? DefaultMaxKeys : (int)Math.Min(request.MaxKeys, LargestMaxKeys);
        snapshot.Nodes.AddRange(members.All.Values.OrderBy(member => member.Region, StringComparer.Ordinal).ThenBy(member => member.NodeId, StringComparer.Ordinal).Select(Describe));
        snapshot.Links.AddRange((_links?.All ?? []).OrderBy(link => link.Name, StringComparer.Ordinal).Select(Describe));
        snapshot.Targets.AddRange(directory.Owners.OrderBy(owner => owner.Target.Id, StringComparer.Ordinal).Select(owner => Describe(owner, maxKeys)));
        snapshot.Regions.AddRange(Sum(snapshot));
        return snapshot;
    }

    private static Node Describe(Member member) => new()
    {
        Id = member.NodeId,
        Region = member.Region,
        PeerAddress = member.PeerAddress ?? "",
        Version = member.Version,
        Started = member.Started.ToString("O", CultureInfo.InvariantCulture),
    };

    private static Link Describe(PeerLink link) => new()
    {
        Peer = link.Name,
        IsOutgoing = link.IsOutgoing,
        Node = link.Node?.Name ?? "",
        Region = link.Region,
        RoundTripMilliseconds = (uint)link.Distance,
        Tunnels = (uint)link.TunnelCount,
        Keys = (uint)link.RouteCount,
        TakesUsers = link.TakesTunnels,
    };

    private Target Describe(RouteAnnouncement owner, int maxKeys)
    {
        var routes = directory.Table.Targets.GetValueOrDefault(owner.Target.Id)?.Routes;
        var target = new Target
        {
            Id = owner.Target.Id,
            Region = owner.Target.IsLocal ? identity.Region : owner.Target.Region,
            StreamAddress = owner.Target.StreamAddress,
            DistanceMilliseconds = (uint)owner.Target.DistanceMilliseconds,
            Keys = (uint)(routes?.Count ?? 0),
            AnnouncedBy = ServiceDefaults.EnumWord.Of(owner.Source),
            Sessions = owner.Load.Sessions,
            Streams = owner.Load.Streams,
        };
        if (maxKeys > 0 && routes is not null) target.Served.AddRange(routes.Keys.Take(maxKeys).Select(key => key.ToWireText()).Order(StringComparer.Ordinal));
        return target;
    }

    private IEnumerable<Region> Sum(TopologySnapshot snapshot)
    {
        var names = snapshot.Nodes.Select(node => node.Region).Concat(snapshot.Links.Select(link => link.Region)).Concat(snapshot.Targets.Select(target => target.Region));
        foreach (var name in names.Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal))
        {
            var targets = snapshot.Targets.Where(target => target.Region == name).ToList();
            yield return new()
            {
                Name = name,
                Nodes = (uint)snapshot.Nodes.Count(node => node.Region == name),
                Links = (uint)snapshot.Links.Count(link => link.Region == name),
                Hubs = (uint)targets.Count(target => target.DistanceMilliseconds == 0),
                Keys = name == identity.Region ? snapshot.Keys : targets.Select(target => target.Keys).DefaultIfEmpty().Max(),
                DistanceMilliseconds = name == identity.Region ? 0 : targets.Select(target => target.DistanceMilliseconds).DefaultIfEmpty().Min(),
            };
        }
    }
}
