using System.Text;
using System.Text.Json;

namespace Nexus.Protocol.Backend;

/// <summary>Reads one claim's value by its exact JSON type. Null inside arrays is the zero value, as in the original.</summary>
internal static class JsonClaim
{
    public static bool TryText(ref Utf8JsonReader reader, out string? value)
    {
        value = null;
        if (reader.TokenType != JsonTokenType.String) return false;
        value = JsonText.GetString(in reader);
        return true;
    }

    public static bool TryFlag(ref Utf8JsonReader reader, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return value || reader.TokenType == JsonTokenType.False;
    }

    /// <summary>A whole number; beyond <see cref="int"/> it is held at the end of the range, beyond 64 bits it is refused.</summary>
    public static bool TryNumber(ref Utf8JsonReader reader, out int value)
    {
        value = 0;
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number)) return false;
        value = (int)Math.Clamp(number, int.MinValue, int.MaxValue);
        return true;
    }

    /// <summary>Seconds since 1970, fractions allowed; beyond the calendar it is held at its ends.</summary>
    public static bool TryDate(ref Utf8JsonReader reader, out DateTimeOffset? value)
    {
        value = null;
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var seconds) || !double.IsFinite(seconds)) return false;
        var limit = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalSeconds;
        if (seconds >= limit) value = DateTimeOffset.MaxValue;
        else if (seconds <= (DateTimeOffset.MinValue - DateTimeOffset.UnixEpoch).TotalSeconds) value = DateTimeOffset.MinValue;
        else value = DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds);
        return true;
    }

    public static bool TryTexts(ref Utf8JsonReader reader, bool allowOne, out IReadOnlyList<string> values)
    {
        var list = new List<string>();
        values = list;
        if (allowOne && reader.TokenType == JsonTokenType.String)
        {
            list.Add(JsonText.GetString(in reader));
            return true;
        }

        if (reader.TokenType != JsonTokenType.StartArray) return false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String) list.Add(JsonText.GetString(in reader));
            else if (reader.TokenType == JsonTokenType.Null) list.Add("");
            else return false;
        }

        return true;
    }

    public static bool TryNumbers(ref Utf8JsonReader reader, out IReadOnlyList<int> values)
    {
        var list = new List<int>();
        values = list;
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var number = 0;
            if (reader.TokenType != JsonTokenType.Null && !TryNumber(ref reader, out number)) return false;
            list.Add(number);
        }

        return true;
    }

    public static bool TryUdpRoutes(ref Utf8JsonReader reader, out IReadOnlyList<UdpRouteClaim> values)
    {
        var list = new List<UdpRouteClaim>();
        values = list;
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var route = default(UdpRouteClaim);
            if (reader.TokenType != JsonTokenType.Null && !TryUdpRoute(ref reader, out route)) return false;
            list.Add(route);
        }

        return true;
    }

    private static bool TryUdpRoute(ref Utf8JsonReader reader, out UdpRouteClaim route)
    {
        route = default;
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        Span<byte> buffer = stackalloc byte[32];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = JsonText.TryGetUtf8(in reader, buffer, out var name);
            var isPort = isName && Ascii.EqualsIgnoreCase(name, "port"u8);
            var isTimeout = isName && Ascii.EqualsIgnoreCase(name, "flow_idle_timeout_seconds"u8);
            reader.Read();
            if ((!isPort && !isTimeout) || reader.TokenType == JsonTokenType.Null)
            {
                reader.Skip();
                continue;
            }

            if (!TryNumber(ref reader, out var number)) return false;
            route = isPort ? route with { Port = number } : route with { FlowIdleTimeoutSeconds = number };
        }

        return true;
    }
}
