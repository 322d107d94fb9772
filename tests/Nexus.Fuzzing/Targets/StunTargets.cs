using System.Buffers.Binary;
using System.Net;
using Nexus.Hub.Stun;

namespace Nexus.Fuzzing.Targets;

/// <summary>Datagrams to the STUN port.</summary>
internal static class StunTargets
{
    private static readonly IPEndPoint s_source = new(IPAddress.Parse("192.0.2.7"), 40_123);

    public static FuzzTarget Requests { get; } = new("STUN", [Convert.FromHexString("000100002112a442000102030405060708090a0b"), Convert.FromHexString("000100082112a442000102030405060708090a0b80220004" + "74657374")], Make, Parse);

    private static void Parse(byte[] input)
    {
        if (!StunBinding.TryReadRequest(input, out var transactionId)) return;
        Span<byte> response = stackalloc byte[StunBinding.MaxResponseSize];
        var size = StunBinding.WriteResponse(response, transactionId, s_source);
        Corpus.Check(size == 40 && response.Slice(8, 12).SequenceEqual(input.AsSpan(8, 12)), "the response is not to this request");
    }

    private static byte[] Make(Random random)
    {
        var attributes = new List<byte>();
        for (var count = random.Next(5); count > 0; count--)
        {
            var value = new byte[random.Next(20)];
            random.NextBytes(value);
            attributes.AddRange([.. Number(random.Next(65_536)), .. Number(random.Next(15) == 0 ? random.Next(65_536) : value.Length), .. value, .. new byte[-value.Length & 3]]);
        }

        return [.. Number(random.Next(6) == 0 ? random.Next(65_536) : 1), .. Number(random.Next(6) == 0 ? random.Next(65_536) : attributes.Count), 0x21, 0x12, 0xa4, 0x42, .. new byte[12], .. attributes];
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
