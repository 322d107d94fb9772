using System.Buffers.Binary;
using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Protocol.WebSockets;

namespace Nexus.Fuzzing.Targets;

/// <summary>What comes through the WebSocket.</summary>
internal static class FrameTargets
{
    private const int MaxMessage = DataFrame.MaxMessageSize;
    private const int MaxText = 60_000; // of announcements
    private static readonly byte[] s_opcodes = [0, 1, 2, 2, 2, 8, 9, 10, 3, 15];

    public static FuzzTarget FromClients { get; } = new("WebSocket from clients", [Masked(), [.. Masked(), .. Masked()]], random => MakeFrames(random, masked: true), input => Read(input, WebSocketRole.Server));

    public static FuzzTarget FromServers { get; } = new("WebSocket from servers", [[0x82, 2, 1, 2], [0x01, 1, (byte)'a', 0x80, 1, (byte)'b']], random => MakeFrames(random, masked: false), input => Read(input, WebSocketRole.Client));

    public static FuzzTarget FromPeers { get; } = new("WebSocket from peers", [[0x82, 2, 1, 2], [0x01, 1, (byte)'a', 0x80, 1, (byte)'b']], random => MakeFrames(random, masked: false), input => Read(input, WebSocketRole.Client, MaxText));

    // At once and in pieces, the same messages come out.
    private static void Read(byte[] input, WebSocketRole role, int? maxText = null)
    {
        var whole = Messages(new MemoryStream(input, writable: false), role, maxText);
        var pieces = Messages(new PiecewiseStream(input), role, maxText);
        Corpus.Check(whole == pieces, $"at once {whole}, in pieces {pieces}");
    }

    private static (int Count, long Sum, WebSocketReceivedKind Last) Messages(Stream stream, WebSocketRole role, int? maxText)
    {
        using var reader = new WebSocketMessageReader(stream, role, MaxMessage) { MaxTextSize = maxText };
        var (count, sum, last) = (0, 0L, WebSocketReceivedKind.EndOfStream);
        while (true)
        {
            var received = Next(reader);
            if (received.Kind == WebSocketReceivedKind.EndOfStream) return (count, sum, last);
            count++;
            last = received.Kind;
            Corpus.Check(received.Payload.Length <= (received.Kind == WebSocketReceivedKind.Text ? maxText ?? MaxMessage : MaxMessage), $"a message of {received.Payload.Length} bytes");
            foreach (var value in received.Payload.Span) sum = (sum * 31) + value;
        }
    }

    // Without ReadAsync: what that costs in a debug build is the compiler's, not the input's.
    private static WebSocketReceived Next(WebSocketMessageReader reader)
    {
        WebSocketReceived received;
        while (!reader.TryRead(out received))
        {
            var filling = reader.FillAsync(CancellationToken.None);
            if (!filling.IsCompleted) throw new InvalidOperationException("waits for more than there is");
            if (!filling.Result) return new(WebSocketReceivedKind.EndOfStream);
        }

        return received;
    }

    private static byte[] Masked() => Frame(2, true, Encoding.UTF8.GetBytes("\u0002{\"event\":\"ping_client\",\"client_id\":\"00112233-4455-6677-8899-aabbccddeeff\"}"), masked: true, lie: false);

    private static byte[] MakeFrames(Random random, bool masked) => [.. Enumerable.Range(0, random.Next(1, 6)).SelectMany(_ =>
    {
        var payload = new byte[random.Next(20) == 0 ? random.Next(40_000) : random.Next(300)];
        random.NextBytes(payload);
        return Frame(s_opcodes[random.Next(s_opcodes.Length)], random.Next(3) > 0, payload, random.Next(30) == 0 ? !masked : masked, random.Next(30) == 0);
    })];

    private static byte[] Frame(byte opcode, bool final, byte[] payload, bool masked, bool lie)
    {
        var mask = (byte)(masked ? 0x80 : 0);
        var length = lie ? payload.Length + 1_000_000 : payload.Length;
        byte[] size = length < 126 ? [(byte)(mask | length)] : length < 65_536 ? [(byte)(mask | 126), .. Big(length)[6..]] : [(byte)(mask | 127), .. Big(length)];
        return [(byte)((final ? 0x80 : 0) | opcode), .. size, .. masked ? new byte[] { 1, 2, 3, 4 } : [], .. payload];
    }

    private static byte[] Big(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }
}
