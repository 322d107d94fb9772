using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A connection string of the AppHost's own configuration, <c>ConnectionStrings:NAME</c>.</summary>
internal sealed class ConnectionStringResource(string name, string? environmentVariable, IConfiguration configuration)
    : Resource(name), IResourceWithConnectionString
{
    public string? ConnectionStringEnvironmentVariable { get; } = environmentVariable;

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => new(configuration.GetConnectionString(Name));
}
