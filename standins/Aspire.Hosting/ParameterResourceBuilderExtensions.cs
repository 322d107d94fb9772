using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var key = $"Parameters:{name}";
        return builder.AddResource(new ParameterResource(name, () => builder.Configuration[key]
            ?? throw new DistributedApplicationException($"The parameter '{name}' has no value: set the configuration key '{key}'."), secret));
    }

    /// <remarks>publishValueAsDefault concerns publishing, which this stand-in does not do.</remarks>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (publishValueAsDefault && secret)
            throw new ArgumentException("A secret is not published as a default.", nameof(publishValueAsDefault));
        return builder.AddResource(new ParameterResource(name, () => value, secret));
    }

    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ConnectionStringResource(name, environmentVariableName, builder.Configuration));
    }
}
