using System.Buffers;
using System.Text.Json;

namespace Nexus.Acme.Transport;

/// <summary>Writes the JSON object of a request.</summary>
internal static class JsonPayload
{
    public static byte[] Empty { get; } = "{}"u8.ToArray();

    public static byte[] Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
