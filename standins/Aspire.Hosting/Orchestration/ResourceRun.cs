using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>One resource while the application runs.</summary>
internal sealed class ResourceRun(IResource resource)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IResource Resource { get; } = resource;

    public string Name => Resource.Name;

    /// <summary>Ends when every replica runs and is healthy. Never ends for a resource that failed: the application ends then.</summary>
    public Task Ready => _ready.Task;

    public void SetReady() => _ready.TrySetResult();

    public string NameOf(int replica) => ResourcePlan.ReplicasOf(Resource) > 1 ? $"{Name}-{replica}" : Name;
}
