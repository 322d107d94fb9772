using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Nexus.AppHost.Topology;

internal static class ServiceAddresses
{
    /// <summary>
    /// What WithReference says of one service under its own name, said of several under the name that our services look for:
    /// services__mesh__grpc__0, __1 and so on. Waits for all of them.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithServices(
        this IResourceBuilder<ProjectResource> user, string name, IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        foreach (var (number, service) in services.Index())
            user.WithEnvironment(string.Create(CultureInfo.InvariantCulture, $"services__{name}__grpc__{number}"), service.GetEndpoint("grpc")).WaitFor(service);
        return user;
    }
}
