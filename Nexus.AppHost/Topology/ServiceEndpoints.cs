using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Nexus.AppHost.Topology;

internal static class ServiceEndpoints
{
    /// <summary>
    /// The two endpoints that every service has, given as Kestrel's own configuration: health over HTTP/1.1, and gRPC over
    /// HTTP/2 without TLS. ASPNETCORE_URLS could not tell them apart, and services that bind ports in code ignore it.
    /// The public package may have taken them from the service's appsettings.json already.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithServiceEndpoints(this IResourceBuilder<ProjectResource> service)
    {
        service.WithEndpoint("http", FreeHttp).WithEndpoint("grpc", FreeHttp).WithEndpointsInEnvironment(_ => false);
        return service
            .WithEnvironment("Kestrel__Endpoints__Http__Url", $"http://127.0.0.1:{service.GetEndpoint("http").Property(EndpointProperty.TargetPort)}")
            .WithEnvironment("Kestrel__Endpoints__Grpc__Url", $"http://127.0.0.1:{service.GetEndpoint("grpc").Property(EndpointProperty.TargetPort)}")
            .WithEnvironment("Kestrel__Endpoints__Grpc__Protocols", "Http2")
            .WithHttpHealthCheck("/health", endpointName: "http");
    }

    private static void FreeHttp(EndpointAnnotation endpoint) => (endpoint.UriScheme, endpoint.Port, endpoint.TargetPort) = ("http", null, null);
}
