namespace Aspire.Hosting.ApplicationModel;

public interface IResourceWithConnectionString : IResource
{
    string? ConnectionStringEnvironmentVariable => null;

    ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default);
}
