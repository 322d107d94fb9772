using System.Globalization;
using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <remarks>A process instead of the package's container.</remarks>
public class RedisResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";

    private const int PasswordBytes = 16;

    private readonly TaskCompletionSource<string> _connectionString = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EndpointReference PrimaryEndpoint => new(this, PrimaryEndpointName);

    /// <summary>Of this run only.</summary>
    internal string Password { get; } = RandomNumberGenerator.GetHexString(2 * PasswordBytes, lowercase: true);

    /// <summary>Known once it is decided which server it is; empty when there is none to be had.</summary>
    public async ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        await _connectionString.Task.WaitAsync(cancellationToken);

    /// <summary>The server is somebody else's, or there is none.</summary>
    internal void UseGiven(string connectionString) => _connectionString.TrySetResult(connectionString);

    /// <summary>The server is the process that we start.</summary>
    internal void UseOwn() => _connectionString.TrySetResult(
        string.Create(CultureInfo.InvariantCulture, $"{PrimaryEndpoint.Host}:{PrimaryEndpoint.Port},password={Password}"));
}
