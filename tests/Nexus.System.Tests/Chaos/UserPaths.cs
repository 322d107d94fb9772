namespace Nexus.SystemTests.Chaos;

/// <summary>
/// Which ways lead from an edge to a name, and so whose own path died. A way is the edge, then in its own region a hub and a client, else a mesh
/// of its region, a way between the regions, a mesh of the other one, a hub and a client there.
/// </summary>
internal sealed class UserPaths(IReadOnlyList<BackendSession> sessions, IReadOnlyList<ServicePart> meshes, IReadOnlyList<LinkPart> links, LinkPart border)
{
    private readonly (ServicePart Mesh, LinkPart Link)[] _meshes = [.. meshes.Zip(links)];

    /// <summary>
    /// Whether the user may fail because of the fault: its own path died. That is so
    /// when the user was there at the moment of the fault, on a path that may have been the one that was hit;
    /// when it came during the fault, and no path avoids what was hit: nobody could have served it;
    /// when it came while a client was stopped that serves the name: a client does not say that it takes a user, so the hub that has given it
    /// one cannot know that another would be better. Everybody else must be served.
    /// </summary>
    public bool MayFail(NewUser user, FaultWindow window)
    {
        if (!window.Touches(user)) return false;
        var part = window.Fault.Part;
        var paths = Find(user.Edge, user.Name);
        if (paths.All.All(path => path.Contains(part))) return true;
        if (!paths.Preferred.Any(path => path.Contains(part))) return false;
        return user.Started < window.Hit || (part.Kind == PartKind.Client && window.Fault.Kind == FaultKind.Stop);
    }

    /// <summary>All paths, and those that are taken while they are whole.</summary>
    private (List<HashSet<ChaosPart>> All, List<HashSet<ChaosPart>> Preferred) Find(ServicePart edge, string name)
    {
        var serving = sessions.Where(session => session.Names.Contains(name)).ToList();
        List<HashSet<ChaosPart>> near = [.. serving.Where(session => session.Region == edge.Region).Select(session => new HashSet<ChaosPart> { edge, session.Hub, session.Client })];
        List<HashSet<ChaosPart>> far =
        [
            .. from session in serving
               where session.Region != edge.Region
               from entrance in _meshes
               where entrance.Mesh.Region == edge.Region
               from exit in _meshes
               where exit.Mesh.Region == session.Region
               from link in new[] { entrance.Link, exit.Link } // either may have dialled the other
               select new HashSet<ChaosPart> { edge, entrance.Mesh, link, border, exit.Mesh, session.Hub, session.Client },
        ];
        return ([.. near, .. far], near.Count > 0 ? near : far);
    }
}
