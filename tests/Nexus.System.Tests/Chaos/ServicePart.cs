using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>An edge, hub or mesh.</summary>
/// <param name="name">Such as "a.hub1".</param>
/// <param name="kind">Which of them.</param>
/// <param name="region">Where it is.</param>
/// <param name="service">The process.</param>
/// <param name="isBack">Whether it does its part again once it is healthy; null: then it does.</param>
internal sealed class ServicePart(string name, PartKind kind, string region, ServiceProcess service, Func<Task<bool>>? isBack = null) : ProcessPart(name, kind)
{
    public string Region => region;

    public ServiceProcess Service => service;

    protected override RealProcess Process => service.Process;

    public override async Task RestoreAsync(FaultKind fault)
    {
        await base.RestoreAsync(fault);
        await service.WaitUntilHealthyAsync();
        if (isBack is not null) await Eventually.SucceedsAsync(isBack, () => $"{Name} is not what it was.\n{Log}");
    }

    protected override Task StartAgainAsync()
    {
        service.Start();
        return Task.CompletedTask;
    }
}
