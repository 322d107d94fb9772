using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>An edge, hub or mesh.</summary>
/// <param name="name">Such as "a.hub1".</param>
/// <param name="kind">Which of them.</param>
/// <param name="region">Where it is.</param>
/// <param name="service">The process.</param>
internal sealed class ServicePart(string name, PartKind kind, string region, ServiceProcess service) : ProcessPart(name, kind)
{
    public string Region => region;

    public ServiceProcess Service => service;

    protected override RealProcess Process => service.Process;

    protected override async Task StartAgainAsync()
    {
        service.Start();
        await service.WaitUntilHealthyAsync();
    }
}
