using System.Text;
using System.Text.Json.Nodes;
using Nexus.Protocol.Backend;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Backend;

public sealed class ChallengeMessageTests
{
    [Theory]
    [InlineData("""{"type":"handshake_challenge","nonce":"gMY_D9NQc4gNkqchIkw5PTTvmtHlttnYYg_TO4alrrM"}""", ChallengeKind.Handshake)]
    [InlineData("""{"type":"reauth_challenge","nonce":"wXK9ebAc6RQIBTKStNEZRymeOFHRNAUVcG9HW-JDo4w"}""", ChallengeKind.Reauthentication)]
    [InlineData("""{"type":"handshake_challenge","nonce":"abc"}""", ChallengeKind.Handshake)]
    public void ReadAndWrite_GoldenVector_IsEqualByteForByte(string json, ChallengeKind kind)
    {
        Assert.True(ChallengeMessage.TryRead(Encoding.UTF8.GetBytes(json), out var message));
        Assert.Equal(kind, message.Kind);
        var buffer = new byte[256];
        Assert.True(message.TryWrite(buffer, out var written));
        Assert.Equal(json, Encoding.UTF8.GetString(buffer, 0, written));
    }

    [Fact]
    public void TryRead_OtherCaseOrderAndExtraKeys_AreAccepted()
    {
        Assert.True(ChallengeMessage.TryRead("""{"x":[1],"NONCE":"\u0061b","Type":"reauth_challenge"}"""u8, out var message));
        Assert.Equal(new ChallengeMessage(ChallengeKind.Reauthentication, "ab"), message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"handshake_challenge"}""")]
    [InlineData("""{"type":"handshake_challenge","nonce":" "}""")]
    [InlineData("""{"type":"other","nonce":"abc"}""")]
    [InlineData("""{"type":"handshake_challenge","nonce":1}""")]
    [InlineData("""{"type":"handshake_challenge","nonce":"abc"} x""")]
    public void TryRead_NoChallenge_IsFalse(string json) => Assert.False(ChallengeMessage.TryRead(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void TryRead_NonceLongerThanTheLimit_IsFalse() =>
        Assert.False(ChallengeMessage.TryRead(Encoding.UTF8.GetBytes($$"""{"type":"handshake_challenge","nonce":"{{new string('a', 513)}}"}"""), out _));

    [Fact]
    public void NewNonce_Is43Base64UrlCharactersAndFresh()
    {
        var nonce = ChallengeMessage.NewNonce();
        Assert.Matches("^[A-Za-z0-9_-]{43}$", nonce);
        Assert.NotEqual(nonce, ChallengeMessage.NewNonce());
    }

    [Fact]
    public void TryWrite_NoRoom_IsFalse()
    {
        var message = new ChallengeMessage(ChallengeKind.Handshake, "abc");
        Assert.True(message.TryWrite(new byte[44], out _));
        for (var size = 0; size < 44; size++) Assert.False(message.TryWrite(new byte[size], out _));
    }

    [Fact]
    public void TryRead_RecordedChallenges_AreReadUnlessTheirNonceIsBlank()
    {
        var challenges = GoldenRecordings.Names.SelectMany(name => GoldenRecordings.Decoded(name, "json"))
            .Where(decoded => decoded["json"] is JsonObject json && ((string?)json["type"])?.EndsWith("_challenge", StringComparison.Ordinal) == true).ToList();
        Assert.NotEmpty(challenges);
        Assert.All(challenges, decoded => Assert.Equal(
            !string.IsNullOrWhiteSpace((string?)decoded["json"]?["nonce"]),
            ChallengeMessage.TryRead(Encoding.UTF8.GetBytes((string?)decoded["json_text"] ?? ""), out _)));
    }

    [Fact]
    public void TryRead_MutatedOrRandomBytes_NeverThrows()
    {
        var random = new Random(20_265);
        for (var i = 0; i < Fuzz.Inputs; i++)
        {
            ChallengeMessage.TryRead(Fuzz.Mutate(random, """{"type":"handshake_challenge","nonce":"a\u00e9\ud83d\ude00"}"""u8), out _);
        }
    }
}
