using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Redis;

namespace Aspire.Hosting.Orchestration;

/// <summary>What must be true of a resource before those that wait for it start.</summary>
internal sealed class HealthChecks(TimeProvider time) : IDisposable
{
    private readonly HttpHealthProbe _http = new(time);
    private readonly RedisProbe _redis = new(time);

    public static bool HasAny(IResource resource) => resource is RedisResource || resource.Annotations.OfType<HttpHealthAnnotation>().Any();

    public Task WaitUntilHealthyAsync(IResource resource, IEnumerable<int> replicas, CancellationToken cancellationToken) => resource is RedisResource redis
        ? _redis.WaitUntilHealthyAsync(redis, cancellationToken)
        : Task.WhenAll(
            from replica in replicas
            from check in resource.Annotations.OfType<HttpHealthAnnotation>()
            select _http.WaitUntilHealthyAsync(check, replica, cancellationToken));

    public void Dispose() => _http.Dispose();
}
