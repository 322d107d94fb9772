namespace Nexus.SystemTests.Chaos;

/// <summary>One session of a client with a hub.</summary>
/// <param name="Client">Who dials.</param>
/// <param name="Hub">Who is dialled.</param>
/// <param name="HubPort">Where.</param>
/// <param name="Names">What it serves.</param>
internal sealed record BackendSession(ClientPart Client, ServicePart Hub, int HubPort, IReadOnlyList<string> Names)
{
    public string Region => Hub.Region;

    public bool Has(ChaosPart part) => Hub == part || Client == part;
}
