namespace Nexus.Client.Hosting;

/// <summary>What a host adds to one client besides its options, in the order in which it was added.</summary>
internal sealed class ClientSetup
{
    public List<Func<IServiceProvider, NexusClientServices, NexusClientServices>> Steps { get; } = [];
}
