using System.Text.Json.Serialization;

namespace Nexus.Client.Cli.Login;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredLogin))]
internal sealed partial class LoginJson : JsonSerializerContext;
