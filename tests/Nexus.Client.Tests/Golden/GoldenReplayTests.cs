using System.Buffers.Text;
using System.Text.Json.Nodes;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Golden;

public sealed class GoldenReplayTests
{
    [Theory]
    [InlineData("02-tls-small")]
    [InlineData("04-http-relay")]
    [InlineData("05a-dial-refused")]
    [InlineData("05b-service-closes-first")]
    [InlineData("05b2-service-resets")]
    [InlineData("05c-user-closes-first")]
    [InlineData("05d-user-half-close")]
    [InlineData("05e-service-half-closes")]
    [InlineData("12a-wildcard")]
    [InlineData("12b-tcp-port-claim")]
    public async Task Session_OfTheOriginalHub_IsServedAsTheOriginalClientDid(string recording)
    {
        var frames = GoldenFrame.Read(RepositoryRoot.PathOf("tests", "data", "golden", recording + ".jsonl"));
        var replay = new GoldenReplay(frames);
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with { ConnectHandlers = [(request, _) => replay.Connect(request)] });
        await using (client)
        {
            await replay.RunAsync(hub);
            foreach (var stream in replay.Streams)
            {
                Assert.Equal(64, hub.Messages.First(message => message.Event == "resume_stream" && message.StreamId == stream).Credits);
                Assert.Equal(replay.Bytes(stream, fromHub: false), await hub.WaitForDataAsync(stream, replay.Bytes(stream, fromHub: false).Length));
                if (replay.OwnEnd(stream) is { } reason) Assert.Equal(reason, (await hub.WaitForControlAsync(stream, "disconnect")).Reason);
                if (replay.OwnEnd(stream) != "dial_failed") Assert.Equal(replay.Bytes(stream, fromHub: true), await replay.ReceivedAsync(stream));
            }
        }
    }

    [Fact]
    public async Task Tokens_OfTheRecordedConfiguration_HoldTheRecordedClaims()
    {
        var recorded = File.ReadLines(RepositoryRoot.PathOf("tests", "data", "golden", "01-handshake.jsonl"))
            .Select(line => JsonNode.Parse(line)?["decoded"]?["jwt"]?["claims_json"]?.GetValue<string>()).OfType<string>().Take(2).ToArray();
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: options =>
        {
            options.Name = "golden-backend";
            options.Hostnames = ["app.example.test", "API.Example.test.", "app.example.test"];
            options.Weight = 3;
            options.Attestation = new()
            {
                HmacSecret = "golden-shared-secret-0123456789abcdef",
                TokenTtlSeconds = 60,
                HandshakeMaxAgeSeconds = 30,
                ReauthIntervalSeconds = 3600,
                ReauthGraceSeconds = 25,
                MaintenanceGraceCapSeconds = 600,
                PolicyVersion = "policy-7",
            };
        });
        await using var _ = client;
        Assert.Equal(Comparable(recorded[0]), Comparable(ClaimsOf(hub.HandshakeToken)));
        Assert.Equal(Comparable(recorded[1]), Comparable(ClaimsOf(hub.AttestToken)));
    }

    private static string ClaimsOf(string token) => System.Text.Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1]));

    /// <summary>The claims without what differs from run to run; their life stays.</summary>
    private static string Comparable(string json)
    {
        var claims = JsonNode.Parse(json)?.AsObject() ?? [];
        claims["exp"] = (long?)claims["exp"] - (long?)claims["iat"];
        claims.Remove("iat");
        if (claims.ContainsKey("session_nonce")) claims["session_nonce"] = "nonce";
        return claims.ToJsonString();
    }
}
