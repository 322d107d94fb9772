namespace Nexus.Hub.Observing;

/// <summary>The meter that all instruments of the hub are in.</summary>
internal static class HubMeter
{
    public const string Name = "Nexus.Hub";
}
