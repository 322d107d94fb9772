using System.Net;
using Nexus.Hub.Stun;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Stun;

/// <summary>spec/node.md §8 and its golden vector.</summary>
public sealed class StunBindingTests
{
    private const string Request = "000100002112a442000102030405060708090a0b";

    [Theory]
    [InlineData("127.0.0.1:40123")]
    [InlineData("[::ffff:127.0.0.1]:40123")]
    [Statement("node 134")]
    public void Response_ToTheRecordedRequest_IsTheRecordedOne(string source)
    {
        Assert.Equal(
            "010100142112a442000102030405060708090a0b002000080001bda95e12a44380280004fdd9c517",
            Answer(Convert.FromHexString(Request), source));
    }

    [Fact]
    [Statement("node 134")]
    public void Response_ToIpv6_MasksTheAddressWithTheTransactionToo()
    {
        // RFC 5769 §2.3: the XOR-MAPPED-ADDRESS of its IPv6 sample.
        var answer = Answer(Convert.FromHexString("000100002112a442b7e7a701bc34d686fa87dfae"), "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
        Assert.Contains("00200014" + "0002a147" + "0113a9faa5d3f179bc25f4b5bed2b9d9", answer, StringComparison.Ordinal);
        Assert.Equal(StunBinding.MaxResponseSize, answer.Length / 2);
    }

    [Theory]
    [InlineData("000100082112a442000102030405060708090a0b8022000474657374")] // SOFTWARE
    [InlineData("000100082112a442000102030405060708090a0b7fff000174000000")] // one nobody knows
    [Statement("node 134")]
    public void Request_WithAttributes_IsAnswered(string request) => Assert.NotEmpty(Answer(Convert.FromHexString(request), "192.0.2.1:5"));

    [Theory]
    [InlineData("")]
    [InlineData("000100002112a442000102030405060708090a")] // 19 bytes
    [InlineData("000100002112a443000102030405060708090a0b")] // another cookie
    [InlineData("010100002112a442000102030405060708090a0b")] // a response
    [InlineData("001100002112a442000102030405060708090a0b")] // an indication
    [InlineData("000300002112a442000102030405060708090a0b")] // Allocate
    [InlineData("000100042112a442000102030405060708090a0b")] // cut off
    [InlineData("000100002112a442000102030405060708090a0b00")] // a byte too many
    [InlineData("000100042112a442000102030405060708090a0b80220004")] // an attribute without its value
    [InlineData("000100032112a442000102030405060708090a0b802200")] // half an attribute
    [InlineData("000100082112a442000102030405060708090a0b8022ffff74657374")] // a length beyond the end
    [Statement("node 134")]
    public void Datagram_ThatIsNoBindingRequest_GetsNothing(string datagram) => Assert.Empty(Answer(Convert.FromHexString(datagram), "192.0.2.1:5"));

    [Fact]
    [Statement("node 145")]
    public void Datagrams_RandomAndMutated_NeverThrow()
    {
        var random = new Random(20260101);
        var seed = Convert.FromHexString("000100082112a442000102030405060708090a0b8022000474657374");
        for (var i = 0; i < 20_000; i++)
        {
            var datagram = i % 2 == 0 ? TestBytes.Of(random.Next(64), seed: i) : seed.ToArray();
            for (var edits = random.Next(4); edits > 0 && datagram.Length > 0; edits--) datagram[random.Next(datagram.Length)] = (byte)random.Next(256);
            if (StunBinding.TryReadRequest(datagram.AsSpan(0, random.Next(datagram.Length + 1)), out var id)) Assert.Equal(12, id.Length);
        }
    }

    private static string Answer(byte[] datagram, string source)
    {
        if (!StunBinding.TryReadRequest(datagram, out var transactionId)) return "";
        Span<byte> response = stackalloc byte[StunBinding.MaxResponseSize];
        return Convert.ToHexStringLower(response[..StunBinding.WriteResponse(response, transactionId, IPEndPoint.Parse(source))]);
    }
}
