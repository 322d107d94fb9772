using System.Net;
using System.Text;
using Nexus.Hub.OrchestratorRegistration;
using Nexus.Testing;

namespace Nexus.Hub.Tests.OrchestratorRegistration;

/// <summary>spec/node.md §9: what each answer means.</summary>
public sealed class RegistrationAnswerTests
{
    [Theory]
    [InlineData("""{"heartbeat_interval":30}""", 30)]
    [InlineData("""{"heartbeat_interval":1}""", 5)]
    [InlineData("""{"heartbeat_interval":-7}""", 5)]
    [InlineData("""{"Heartbeat_Interval":9,"more":[1]} and what follows""", 9)]
    [InlineData("""{"heartbeat_interval":null}""", 5)]
    [InlineData("{}", 5)]
    [InlineData("""{"heartbeat_interval":9223372036854775807}""", 86_400)]
    [Statement("node 135")]
    public void Ok_WithAnObject_RegistersForTheIntervalOrFiveSeconds(string body, int seconds) =>
        Assert.Equal(new(RegistrationOutcome.Registered, TimeSpan.FromSeconds(seconds)), From(200, body));

    [Theory]
    [InlineData("")]
    [InlineData("welcome")]
    [InlineData("[30]")]
    [InlineData("""{"heartbeat_interval":"30"}""")]
    [InlineData("""{"heartbeat_interval":1.5}""")]
    [InlineData("""{"heartbeat_interval":30""")]
    [Statement("node 135")]
    public void Ok_WithAnythingElse_IsRetried(string body) => Assert.Equal(new(RegistrationOutcome.InvalidAnswer), From(200, body));

    [Theory]
    [InlineData(400, RegistrationOutcome.Refused)]
    [InlineData(401, RegistrationOutcome.Refused)]
    [InlineData(429, RegistrationOutcome.Throttled)]
    [InlineData(201, RegistrationOutcome.UnexpectedStatus)]
    [InlineData(204, RegistrationOutcome.UnexpectedStatus)]
    [InlineData(403, RegistrationOutcome.UnexpectedStatus)]
    [InlineData(404, RegistrationOutcome.UnexpectedStatus)]
    [InlineData(500, RegistrationOutcome.UnexpectedStatus)]
    [InlineData(503, RegistrationOutcome.UnexpectedStatus)]
    [Statement("node 135")]
    public void Status_Other_StopsOrIsRetried(int status, object outcome) => Assert.Equal(new((RegistrationOutcome)outcome), From(status, """{"heartbeat_interval":30}"""));

    [Fact]
    [Statement("node 135")]
    public void RetryAfter_OfAThrottle_IsHonouredWithinADay()
    {
        Assert.Equal(TimeSpan.FromSeconds(42), From(429, "", 42).Wait);
        Assert.Equal(TimeSpan.FromSeconds(42), From(503, "", 42).Wait);
        Assert.Equal(TimeSpan.FromDays(1), From(429, "", int.MaxValue).Wait);
        Assert.Null(From(429, "", 0).Wait);
        Assert.Null(From(429, "", -3).Wait);
    }

    [Fact]
    [Statement("node 135")]
    public void Backoff_Failures_GrowFrom5To120SecondsWithJitter()
    {
        var backoff = new RegistrationBackoff(new Random(1));
        foreach (var expected in new[] { 5, 10, 20, 40, 80, 120, 120 })
        {
            Assert.InRange(backoff.Next().TotalSeconds, expected * 0.8, expected * 1.2);
        }

        backoff.Reset();
        Assert.InRange(backoff.Next().TotalSeconds, 4, 6);
        Assert.InRange(backoff.AtLeast(TimeSpan.FromSeconds(30)).TotalSeconds, 30, 36);
    }

    [Fact]
    public void Answers_RandomBodies_NeverThrow()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var body = Encoding.UTF8.GetBytes("""{"heartbeat_interval":30,"a":{"b":[1,"c"]}}""");
            for (var edits = random.Next(6); edits > 0; edits--) body[random.Next(body.Length)] = (byte)random.Next(256);
            Assert.True(Enum.IsDefined(RegistrationAnswer.From(HttpStatusCode.OK, null, body.AsSpan(0, random.Next(body.Length + 1))).Outcome));
        }
    }

    private static RegistrationAnswer From(int status, string body, int? retryAfter = null) =>
        RegistrationAnswer.From((HttpStatusCode)status, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null, Encoding.UTF8.GetBytes(body));
}
