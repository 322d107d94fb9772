using Nexus.Acme.Challenges;
using Nexus.Acme.Issuing;
using Nexus.Acme.Problems;
using Nexus.Acme.Tests.Scripted;

namespace Nexus.Acme.Tests.Issuing;

/// <summary>Proofs that do not go as they should.</summary>
public sealed class OddProofTests
{
    private const string Name = "odd.example.com";
    private static readonly IssueRequest s_again = new() { Names = [Name], IgnoresBackoff = true };

    [Fact]
    public async Task ProofOfANameThatWasNotOrdered_IsNotGiven()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Alter = (what, answer) => what.StartsWith("POST /authorization", StringComparison.Ordinal) ? Replace(answer, Name, "victim.example.com") : answer;
        var responder = new RecordingResponder();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), responder);
        Assert.Equal(AcmeErrorKind.BadAnswer, (await issuing.IssueAsync(s_again)).Failure?.Kind);
        Assert.Empty(responder.All);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a b")]
    [InlineData("")]
    public async Task TokenThatIsNone_IsNotServed(string token)
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Alter = (what, answer) => what.StartsWith("POST /authorization", StringComparison.Ordinal) ? Replace(answer, ScriptedOrder.Token(1, 0, "http-01"), token) : answer;
        var responder = new RecordingResponder();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), responder);
        Assert.Equal(AcmeErrorKind.BadAnswer, (await issuing.IssueAsync(s_again)).Failure?.Kind);
        Assert.Empty(responder.All);
    }

    [Theory]
    [InlineData("dns", AcmeErrorKind.Dns)]
    [InlineData("caa", AcmeErrorKind.Caa)]
    public async Task NameIsWrong_OtherProofIsNotTried(string type, AcmeErrorKind kind)
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Database.Judge = (_, _, _) => "invalid";
        authority.Alter = (_, answer) => Replace(answer, "error:connection", $"error:{type}");
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        Assert.Equal(kind, (await issuing.IssueAsync(s_again)).Failure?.Kind);
        Assert.Single(authority.Database.Orders);
    }

    [Fact]
    public async Task OnlyProofsByDns_IsExplained()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Alter = (what, answer) => what.StartsWith("POST /authorization", StringComparison.Ordinal) ? Replace(Replace(answer, "\"http-01\"", "\"dns-02\""), "\"tls-alpn-01\"", "\"dns-03\"") : answer;
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        var result = await issuing.IssueAsync(s_again);
        Assert.Equal(AcmeErrorKind.NoUsableChallenge, result.Failure?.Kind);
        Assert.Equal(0, authority.Requests.Count(what => what.StartsWith("POST /challenge", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ChallengeFailed_AuthorizationStillPending_IsAFailedProof()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Alter = (what, answer) => what.StartsWith("POST /authorization", StringComparison.Ordinal) ? Replace(answer, "\"pending\",\"token", "\"invalid\",\"token") : answer;
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), new RecordingResponder(ChallengeKind.Http01));
        var failure = (await issuing.IssueAsync(s_again)).Failure;
        Assert.Equal(AcmeErrorKind.OrderInvalid, failure?.Kind);
        Assert.True(failure?.IsFailedProof);
    }

    [Fact]
    public async Task ValidAuthorizations_AreUsedAgain()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Alter = (what, answer) =>
        {
            if (what == "POST /new-order") authority.Database.Orders.Last().Authorizations[0] = "valid";
            return answer;
        };
        var responder = new RecordingResponder();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), responder);
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync(Name, "p.example.com")).Outcome);
        Assert.Equal("p.example.com", Assert.Single(responder.All).Identifier.Value);
    }

    [Fact]
    public async Task WithdrawThatHangs_IsLeft()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        var time = new ManualTimeProvider();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), new StickyResponder(), time);
        var issue = issuing.IssueAsync(s_again);
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(IssueOutcome.Issued, (await issue).Outcome);
    }

    [Fact]
    public async Task AccountRefused_NotAskedForEachSet()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Script = what => what == "POST /new-account" ? ScriptedAnswer.Problem("rateLimited", 429) : null;
        var time = new ManualTimeProvider();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), time: time);
        for (var set = 0; set < 20; set++) Assert.Equal(AcmeErrorKind.RateLimited, (await issuing.IssueAsync($"n{set}.example.com")).Failure?.Kind);
        Assert.Equal(1, authority.Count("POST /new-account"));
        authority.Script = _ => null;
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync("n1.example.com")).Outcome);
    }

    [Fact]
    public async Task ClockWasWrong_DoesNotHoldForYears()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Script = what => what == "POST /new-order" ? ScriptedAnswer.Problem("serverInternal", 500) : null;
        var store = new MemoryStore();
        using (var wrong = new ScriptedIssuing(authority, store, time: new ManualTimeProvider(DateTimeOffset.UtcNow.AddYears(40)))) await wrong.IssueAsync(Name);
        authority.Script = _ => null;
        using var right = new ScriptedIssuing(authority, store);
        Assert.Equal(IssueOutcome.Issued, (await right.IssueAsync(Name)).Outcome);
    }

    private static ScriptedAnswer Replace(ScriptedAnswer answer, string old, string with) =>
        answer with { Body = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(answer.Body).Replace(old, with, StringComparison.Ordinal)) };

    /// <summary>Serves for ever.</summary>
    private sealed class StickyResponder : IChallengeResponder
    {
        public IReadOnlyList<ChallengeKind> Kinds { get; } = [ChallengeKind.Http01];

        public Task PublishAsync(ChallengeAnswer answer, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task WithdrawAsync(ChallengeAnswer answer, CancellationToken cancellationToken) => new TaskCompletionSource().Task.WaitAsync(cancellationToken);
    }
}
