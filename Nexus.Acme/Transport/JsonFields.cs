using System.Text.Json;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Transport;

/// <summary>Reads members of an authority's JSON, each within a limit, whatever kind of value it has.</summary>
internal static class JsonFields
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 16 };

    /// <summary>Reads an object; default when the text is none.</summary>
    /// <exception cref="AcmeException">From <paramref name="read"/>.</exception>
    public static T? TryReadObject<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : default;
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException)
        {
            return default; // the latter: half a surrogate pair in the name of a member
        }
    }

    /// <summary>A text of at most <paramref name="max"/> characters; null when it is missing, longer or no text.</summary>
    public static string? Text(this JsonElement owner, string name, int max) =>
        owner.TryGetProperty(name, out var value) ? value.AsText(max) : null;

    /// <summary>A text for people's eyes: cut, and without control characters, which would forge lines in a log or move a terminal's cursor.</summary>
    public static string? PlainText(this JsonElement owner, string name, int max) =>
        owner.TryGetProperty(name, out var value) ? value.AsPlainText(max) : null;

    /// <inheritdoc cref="PlainText"/>
    public static string? AsPlainText(this JsonElement value, int max) =>
        value.AsText(int.MaxValue) is { } text ? new string([.. text.Take(max).Select(c => IsPlain(c) ? c : ' ')]) : null;

    /// <summary>A truth value; null when it is missing or none.</summary>
    public static bool? Truth(this JsonElement owner, string name) => owner.TryGetProperty(name, out var value)
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;

    /// <summary>A whole number; null when it is missing or none.</summary>
    public static int? Number(this JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    /// <summary>An RFC 3339 time; null when it is missing or none.</summary>
    public static DateTimeOffset? Time(this JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time : null;

    /// <summary>The items of a list, empty when there is none; more than <paramref name="max"/> are no honest answer.</summary>
    /// <exception cref="AcmeException">It has more.</exception>
    public static IReadOnlyList<JsonElement> Items(this JsonElement owner, string name, int max)
    {
        if (!owner.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array) return [];
        if (list.GetArrayLength() > max) throw new AcmeException(AcmeErrorKind.AnswerTooLarge, $"The list {name} has more than {max} items");
        return [.. list.EnumerateArray()];
    }

    /// <summary>A text of at most <paramref name="max"/> characters; null when it is longer or no text.</summary>
    public static string? AsText(this JsonElement value, int max)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString() is { } text && text.Length <= max ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate pair
        }
    }

    private static bool IsPlain(char c) => !char.IsControl(c) && char.GetUnicodeCategory(c) is not (System.Globalization.UnicodeCategory.Format
        or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator or System.Globalization.UnicodeCategory.Surrogate);
}
