using Nexus.Acme.Issuing;
using Nexus.Acme.Problems;
using Nexus.Acme.Tests.Scripted;

namespace Nexus.Acme.Tests.Issuing;

/// <summary>Every problem that an authority can name, met at an order.</summary>
public sealed class ProblemTests
{
    public static TheoryData<string> Types => [.. ProblemTypes.Names.Except(["badNonce", "accountDoesNotExist"]), "somethingNew"];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task AtTheOrder_IsExplained_AndNotAskedAgain(string type)
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        var time = new ManualTimeProvider();
        authority.Script = what => what == "POST /new-order" ? ScriptedAnswer.Problem(type, 403, "the details") : null;
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), time: time);
        var result = await issuing.IssueAsync("a.example.com");
        Assert.Equal(ProblemTypes.Find(type) ?? AcmeErrorKind.Unauthorized, result.Failure?.Kind);
        Assert.Contains("the details", result.LastError, StringComparison.Ordinal);
        var explanation = result.Failed().Explanation;
        Assert.StartsWith(explanation.Meaning, result.LastError, StringComparison.Ordinal);
        Assert.EndsWith(explanation.Advice, result.LastError, StringComparison.Ordinal);
        var (least, most) = explanation.Retry switch
        {
            AcmeRetry.Soon => (TimeSpan.FromSeconds(40), TimeSpan.FromMinutes(2)),
            AcmeRetry.AfterRepair => (TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20)),
            AcmeRetry.Later => (TimeSpan.FromMinutes(45), TimeSpan.FromHours(2)),
            _ => (TimeSpan.FromHours(4), TimeSpan.FromHours(8)),
        };
        Assert.InRange(result.Wait(time), least, most);
        Assert.Equal(IssueOutcome.TooEarly, (await issuing.IssueAsync("a.example.com")).Outcome);
        Assert.Equal(1, authority.Count("POST /new-order"));
    }

    [Fact]
    public async Task RateLimited_RetryAfterIsKept_AlsoAfterARestart()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        var time = new ManualTimeProvider();
        var store = new MemoryStore();
        authority.Script = what => what == "POST /new-order" ? ScriptedAnswer.Problem("rateLimited", 429).With("Retry-After", "172800") : null;
        using (var first = new ScriptedIssuing(authority, store, time: time)) Assert.InRange((await first.IssueAsync("a.example.com")).Wait(time), TimeSpan.FromDays(2), TimeSpan.FromDays(2.2));
        authority.Script = _ => null;
        using var next = new ScriptedIssuing(authority, store, time: time);
        time.Advance(TimeSpan.FromDays(1.9));
        var early = await next.IssueAsync("a.example.com");
        Assert.Equal(IssueOutcome.TooEarly, early.Outcome);
        Assert.Contains("rate limit", early.LastError, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromDays(0.3));
        Assert.Equal(IssueOutcome.Issued, (await next.IssueAsync("a.example.com")).Outcome);
    }

    [Fact]
    public async Task FailuresInARow_AreTriedEverLessOften_UntilOneSucceeds()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        var time = new ManualTimeProvider();
        authority.Script = what => what == "POST /new-order" ? ScriptedAnswer.Problem("serverInternal", 500) : null;
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), time: time, options: new() { Registration = new() { AgreesToTerms = true }, MaxOrdersPerHour = 100 });
        var waits = new List<TimeSpan>();
        for (var failure = 0; failure < 10; failure++)
        {
            waits.Add((await issuing.IssueAsync("a.example.com")).Wait(time));
            time.Advance(waits[^1]);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60, 60], waits.Select(wait => Math.Round(wait.TotalMinutes)));
        authority.Script = _ => null;
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync("a.example.com")).Outcome);
        authority.Script = what => what == "POST /new-order" ? ScriptedAnswer.Problem("serverInternal", 500) : null;
        Assert.Equal(TimeSpan.FromMinutes(1), (await issuing.IssueAsync("a.example.com")).Wait(time));
    }
}
