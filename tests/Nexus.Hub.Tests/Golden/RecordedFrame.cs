using System.Text;
using System.Text.Json;
using Nexus.Hub.Tests.Peers;

namespace Nexus.Hub.Tests.Golden;

/// <summary>A frame that the client of a recording sent, and what the server had asked of it before.</summary>
/// <param name="Opcode">Its type.</param>
/// <param name="Payload">Its bytes as recorded.</param>
/// <param name="Challenge">The nonce that the server sent right before it; null if it sent none.</param>
/// <param name="Claims">The exact claims text when it is a token.</param>
/// <param name="Algorithm">The token's algorithm.</param>
internal sealed record RecordedFrame(int Opcode, byte[] Payload, string? Challenge, string? Claims, string? Algorithm)
{
    /// <summary>The same frame as an answer to another challenge; as recorded when it did not answer the recorded one.</summary>
    public byte[] AnswerTo(string nonce, string secret) =>
        Challenge is { } recorded && Claims is { } claims && claims.Contains($"\"{recorded}\"", StringComparison.Ordinal)
            ? Encoding.ASCII.GetBytes(TestToken.SignText(claims.Replace(recorded, nonce, StringComparison.Ordinal), secret, Algorithm ?? "HS256"))
            : Payload;

    public static RecordedFrame Parse(JsonElement frame, string? challenge)
    {
        var decoded = frame.TryGetProperty("decoded", out var value) ? value : default;
        var jwt = decoded.ValueKind == JsonValueKind.Object && decoded.TryGetProperty("jwt", out value) ? value : default;
        var claims = jwt.ValueKind == JsonValueKind.Object && jwt.TryGetProperty("claims_json", out value) ? value.GetString() : null;
        var algorithm = claims is null ? null : jwt.GetProperty("header").GetProperty("alg").GetString();
        return new(OpcodeOf(frame.GetProperty("type").GetString()), Convert.FromHexString(frame.GetProperty("payload_hex").GetString() ?? ""), challenge, claims, algorithm);
    }

    private static int OpcodeOf(string? type) => type switch
    {
        "text" => RawFrame.TextOpcode,
        "binary" => RawFrame.BinaryOpcode,
        "ping" => RawFrame.PingOpcode,
        "pong" => RawFrame.PongOpcode,
        "close" => RawFrame.CloseOpcode,
        _ => throw new InvalidDataException($"A frame of type {type}."),
    };
}
