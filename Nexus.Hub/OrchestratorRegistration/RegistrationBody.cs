using System.Text.Json.Serialization;

namespace Nexus.Hub.OrchestratorRegistration;

/// <summary>What is posted.</summary>
internal sealed record RegistrationBody
{
    [JsonPropertyName("region")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Region { get; init; }

    [JsonPropertyName("backendPort")]
    public required int BackendPort { get; init; }

    [JsonPropertyName("services")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RegisteredServices? Services { get; init; }
}
