using System.Text;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;

namespace Nexus.Fuzzing.Targets;

/// <summary>What edge and hub say to each other beside a socket that is handed over.</summary>
internal static class HandOverTargets
{
    private static readonly OpenStream s_open = new() { ClientAddress = "192.0.2.1:40000", LocalPort = 443, Host = "app.test", IsTls = true };

    public static FuzzTarget Messages { get; } = new(
        "hand-over messages",
        [HandOverFormat.Hello("hub-1"), Open(1, [1], [2, 3]), HandOverFormat.Refused(1, OpenRefusal.NotFound, "no_backend"), HandOverFormat.Ended(1, 2, 3, "backend_ended"), HandOverFormat.Fin(1, 2), HandOverFormat.Abort(1)],
        Make,
        Parse);

    private static void Parse(byte[] input)
    {
        if (!HandOverFormat.TryRead(input, out var message)) return;
        Corpus.Check(message.Request.Length + message.LastWords.Length + message.Prelude.Length + message.Text.Length <= input.Length, "more than there was");
        Corpus.Check(message.BytesFromUser >= 0 && message.BytesToUser >= 0 && message.Bytes >= 0, "negative counts");
        if (message.Kind == HandOverMessageKind.Open) HandOverFormat.ReadRequest(message.Request);
    }

    private static byte[] Make(Random random)
    {
        var bytes = new byte[random.Next(60)];
        random.NextBytes(bytes);
        var id = random.Next(3) == 0 ? 0 : (ulong)random.NextInt64();
        return random.Next(6) switch
        {
            0 => HandOverFormat.Hello(Encoding.Latin1.GetString(bytes)),
            1 => Open(id, bytes, bytes),
            2 => HandOverFormat.Refused(id, (OpenRefusal)random.Next(20), Encoding.Latin1.GetString(bytes)),
            3 => HandOverFormat.Ended(id, random.NextInt64(long.MinValue, long.MaxValue), random.NextInt64(), "word"),
            4 => HandOverFormat.Fin(id, random.NextInt64(long.MinValue, long.MaxValue)),
            _ => [(byte)random.Next(14), .. bytes],
        };
    }

    private static byte[] Open(ulong id, byte[] lastWords, byte[] prelude)
    {
        var message = new byte[HandOverFormat.SizeOfOpen(s_open, lastWords.Length, prelude.Length)];
        HandOverFormat.WriteOpen(message, id, s_open, lastWords, prelude);
        return message;
    }
}
