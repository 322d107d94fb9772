using System.Text.Json.Serialization;

namespace Nexus.Acme.Issuing;

/// <summary>The stored documents as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(AccountDocument))]
[JsonSerializable(typeof(CertificateDocument))]
[JsonSerializable(typeof(LedgerDocument))]
[JsonSerializable(typeof(OrderDocument))]
internal sealed partial class IssuingJson : JsonSerializerContext;
