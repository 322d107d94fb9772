namespace Aspire.Hosting.ApplicationModel;

/// <summary>Values are strings, or <see cref="IValueProvider"/>s that are asked when the process starts.</summary>
public class EnvironmentCallbackContext(
    IResource resource, Dictionary<string, object>? environmentVariables = null, CancellationToken cancellationToken = default)
{
    public IResource Resource { get; } = resource;

    public Dictionary<string, object> EnvironmentVariables { get; } = environmentVariables ?? [];

    public CancellationToken CancellationToken { get; } = cancellationToken;
}
