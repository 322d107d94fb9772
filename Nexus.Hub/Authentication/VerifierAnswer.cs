using System.Text.Json;
using Nexus.Protocol.Backend;

namespace Nexus.Hub.Authentication;

/// <summary>What the remote verifier says about a token.</summary>
/// <param name="Outcome">How the question ended.</param>
/// <param name="Claims">When it is valid; believed as they are.</param>
/// <param name="Error">Its words when it is not.</param>
internal readonly record struct VerifierAnswer(VerifierOutcome Outcome, BackendClaims? Claims = null, string? Error = null)
{
    /// <summary>Whether the verifier was not there to be asked.</summary>
    public bool IsAway => Outcome is VerifierOutcome.Failed or VerifierOutcome.Unreachable or VerifierOutcome.TimedOut;

    /// <summary>Reads the body of a 200: <c>{"valid":…,"claims":{…},"error":"…"}</c>; names match in either case, others are ignored.</summary>
    public static VerifierAnswer Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return reader.Read() ? new(VerifierOutcome.BadAnswer) : Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new(VerifierOutcome.BadAnswer); // malformed, or text that is no Unicode
        }
    }

    private static VerifierAnswer Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return new(VerifierOutcome.BadAnswer);
        var isValid = false;
        JsonElement claims = default;
        string? error = null;
        foreach (var property in root.EnumerateObject())
        {
            var isNull = property.Value.ValueKind == JsonValueKind.Null;
            switch (property.Name.ToUpperInvariant())
            {
                case "VALID" when !isNull:
                    if (property.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) return new(VerifierOutcome.BadAnswer);
                    isValid = property.Value.GetBoolean();
                    break;
                case "CLAIMS":
                    claims = property.Value;
                    break;
                case "ERROR" when !isNull:
                    if (property.Value.ValueKind != JsonValueKind.String) return new(VerifierOutcome.BadAnswer);
                    error = property.Value.GetString();
                    break;
            }
        }

        if (!isValid) return new(VerifierOutcome.Refused, Error: error);
        return claims.ValueKind == JsonValueKind.Object && BackendClaims.TryRead(JsonSerializer.SerializeToUtf8Bytes(claims), out var read)
            ? new(VerifierOutcome.Valid, read)
            : new(VerifierOutcome.BadAnswer);
    }
}
