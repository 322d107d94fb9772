using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>What is decided before anything starts: that the waiting can end, and every endpoint's ports.</summary>
internal static class ResourcePlan
{
    public static int ReplicasOf(IResource resource) => resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;

    public static IEnumerable<IResource> DependenciesOf(IResource resource) =>
        resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource).Distinct();

    public static void AllocatePorts(IEnumerable<IResource> resources)
    {
        foreach (var resource in resources)
        {
            var replicas = ReplicasOf(resource);
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
                endpoint.AllocatedPorts = PortsOf(resource, endpoint, replicas);
        }
    }

    public static void CheckNoCircle(IReadOnlyCollection<IResource> resources)
    {
        var done = new HashSet<IResource>();
        foreach (var resource in resources)
            Visit(resource, [], done);
    }

    private static void Visit(IResource resource, List<IResource> path, HashSet<IResource> done)
    {
        if (done.Contains(resource))
            return;
        if (path.Contains(resource))
            throw new DistributedApplicationException($"Resources wait for each other: {string.Join(" -> ", path.Append(resource).Select(each => each.Name))}.");
        path.Add(resource);
        foreach (var dependency in DependenciesOf(resource))
            Visit(dependency, path, done);
        path.RemoveAt(path.Count - 1);
        done.Add(resource);
    }

    /// <summary>There is no proxy: the port that others use is the port on which the process listens.</summary>
    private static int[] PortsOf(IResource resource, EndpointAnnotation endpoint, int replicas)
    {
        if ((endpoint.TargetPort ?? endpoint.Port) is not { } port)
            return [.. Enumerable.Range(0, replicas).Select(_ => FreePorts.Next())];
        if (replicas > 1)
            throw new DistributedApplicationException($"'{resource.Name}' has {replicas} replicas and cannot have the fixed port {port} on '{endpoint.Name}'.");
        return [port];
    }
}
