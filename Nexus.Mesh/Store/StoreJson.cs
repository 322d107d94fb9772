using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Mesh.Store;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(StoredAnnouncement))]
[JsonSerializable(typeof(StoredChange))]
[JsonSerializable(typeof(StoredMember))]
internal sealed partial class StoreJson : JsonSerializerContext
{
    /// <summary>Longest text that is looked into: four times a message with as many routes as there may be in one.</summary>
    public const int MaxLength = 1_048_576;

    /// <summary>Null when it is not such a text.</summary>
    public static T? TryRead<T>(string? text, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        if (text is null or { Length: 0 or > MaxLength }) return null;
        try
        {
            return JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
