namespace Grpc.Core.Wire;

/// <summary>Metadata values as header text: binary ones are base64, which peers may send without padding and joined by commas.</summary>
internal static class MetadataText
{
    public static string Format(Metadata.Entry entry) =>
        entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value;

    /// <summary>Adds a received header, unless it belongs to the protocol or cannot be read as metadata.</summary>
    public static void Add(Metadata metadata, string name, string value)
    {
        if (GrpcHeader.IsReserved(name)) return;
        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(name, value);
            return;
        }

        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (TryDecode(part, out var bytes)) metadata.Add(name, bytes);
        }
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        bytes = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, bytes, out var length)) return false;

        Array.Resize(ref bytes, length);
        return true;
    }
}
