using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Nexus.Protocol.Backend;

internal static class BackendClaimsWriter
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(BackendClaims claims)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            writer.WriteStartObject();
            WriteRoutes(writer, claims);
            WriteTerms(writer, claims);
            WriteRegistered(writer, claims);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRoutes(Utf8JsonWriter writer, BackendClaims claims)
    {
        WriteTexts(writer, "hostnames"u8, claims.Hostnames);
        WriteNumbers(writer, "tcp_ports"u8, claims.TcpPorts);
        if (claims.UdpRoutes.Count > 0)
        {
            writer.WriteStartArray("udp_routes"u8);
            foreach (var route in claims.UdpRoutes)
            {
                writer.WriteStartObject();
                writer.WriteNumber("port"u8, route.Port);
                WriteNumber(writer, "flow_idle_timeout_seconds"u8, route.FlowIdleTimeoutSeconds);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteNumber("weight"u8, claims.Weight);
    }

    private static void WriteTerms(Utf8JsonWriter writer, BackendClaims claims)
    {
        WriteText(writer, "session_nonce"u8, claims.SessionNonce);
        WriteNumber(writer, "handshake_max_age_seconds"u8, claims.HandshakeMaxAgeSeconds);
        WriteNumber(writer, "reauth_interval_seconds"u8, claims.ReauthIntervalSeconds);
        WriteNumber(writer, "reauth_grace_seconds"u8, claims.ReauthGraceSeconds);
        WriteNumber(writer, "maintenance_grace_cap_seconds"u8, claims.MaintenanceGraceCapSeconds);
        WriteText(writer, "authorizer_status_uri"u8, claims.AuthorizerStatusUri);
        WriteText(writer, "policy_version"u8, claims.PolicyVersion);
        if (claims.OutboundAllowed) writer.WriteBoolean("outbound_allowed"u8, true);
        WriteNumbers(writer, "allowed_outbound_ports"u8, claims.AllowedOutboundPorts);
        WriteText(writer, "issued_at_quote"u8, claims.IssuedAtQuote);
    }

    private static void WriteRegistered(Utf8JsonWriter writer, BackendClaims claims)
    {
        WriteText(writer, "iss"u8, claims.Issuer);
        WriteText(writer, "sub"u8, claims.Subject);
        WriteTexts(writer, "aud"u8, claims.Audience);
        WriteDate(writer, "exp"u8, claims.ExpiresAt);
        WriteDate(writer, "nbf"u8, claims.NotBefore);
        WriteDate(writer, "iat"u8, claims.IssuedAt);
        WriteText(writer, "jti"u8, claims.TokenId);
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) writer.WriteString(name, value);
    }

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number) writer.WriteNumber(name, number);
    }

    private static void WriteTexts(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<int> values)
    {
        if (values.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    private static void WriteDate(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is not { } date) return;
        var ticks = (date - DateTimeOffset.UnixEpoch).Ticks;
        if (ticks % TimeSpan.TicksPerSecond == 0) writer.WriteNumber(name, ticks / TimeSpan.TicksPerSecond);
        else writer.WriteNumber(name, ticks / (decimal)TimeSpan.TicksPerSecond);
    }
}
