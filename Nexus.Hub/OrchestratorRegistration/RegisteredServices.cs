using System.Text.Json.Serialization;

namespace Nexus.Hub.OrchestratorRegistration;

/// <summary>What the hub offers besides backends' sessions.</summary>
internal sealed record RegisteredServices
{
    [JsonPropertyName("stunPort")]
    public required int StunPort { get; init; }
}
