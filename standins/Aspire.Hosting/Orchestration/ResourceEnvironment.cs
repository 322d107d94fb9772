using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>The variables and arguments of one replica, by Aspire's conventions.</summary>
internal sealed class ResourceEnvironment(IHostEnvironment environment, DashboardSettings dashboard)
{
    public async Task<Dictionary<string, string>> GetVariablesAsync(IResource resource, int replica, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(resource, resource is ProjectResource ? ProjectDefaults(resource) : [], cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context);

        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in context.EnvironmentVariables)
            variables[name] = await ToTextAsync(value, resource, replica, cancellationToken);
        return variables;
    }

    public static async Task<List<string>> GetArgumentsAsync(IResource resource, int replica, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(context);

        var arguments = new List<string>();
        foreach (var argument in context.Args)
            arguments.Add(await ToTextAsync(argument, resource, replica, cancellationToken));
        return arguments;
    }

    private static async ValueTask<string> ToTextAsync(object value, IResource resource, int replica, CancellationToken cancellationToken) =>
        value is IValueProvider provider
            ? await provider.GetValueAsync(new ValueProviderContext { Caller = resource, Replica = replica }, cancellationToken) ?? ""
            : value.ToString() ?? "";

    private Dictionary<string, object> ProjectDefaults(IResource resource)
    {
        var variables = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = environment.EnvironmentName,
            ["DOTNET_ENVIRONMENT"] = environment.EnvironmentName,
            ["LOGGING__CONSOLE__FORMATTERNAME"] = "simple",
            ["LOGGING__CONSOLE__FORMATTEROPTIONS__SINGLELINE"] = "true",
            ["OTEL_SERVICE_NAME"] = resource.Name,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Guid.NewGuid():N}",
        };
        if (dashboard.IsEnabled)
            AddTelemetry(variables);
        AddUrls(variables, resource);
        return variables;
    }

    /// <summary>Short delays: somebody is watching.</summary>
    private void AddTelemetry(Dictionary<string, object> variables)
    {
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = dashboard.OtlpGrpcUrl;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={dashboard.OtlpApiKey}";
        variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        variables["OTEL_TRACES_SAMPLER"] = "always_on";
        variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
    }

    private static void AddUrls(Dictionary<string, object> variables, IResource resource)
    {
        if (resource is not IResourceWithEndpoints owner)
            return;
        var filters = resource.Annotations.OfType<EndpointEnvironmentAnnotation>().ToList();
        var urls = resource.Annotations.OfType<EndpointAnnotation>()
            .Where(endpoint => endpoint.UriScheme is "http" or "https" && filters.All(annotation => annotation.Filter(endpoint)))
            .Select(endpoint => new EndpointReference(owner, endpoint.Name))
            .ToList();
        if (urls.Count > 0)
            variables["ASPNETCORE_URLS"] = new JoinedUrls(urls);
    }
}
