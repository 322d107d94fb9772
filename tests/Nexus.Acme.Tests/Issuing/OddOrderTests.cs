using Nexus.Acme.Challenges;
using Nexus.Acme.Issuing;
using Nexus.Acme.Problems;
using Nexus.Acme.Renewal;
using Nexus.Acme.Tests.Scripted;

namespace Nexus.Acme.Tests.Issuing;

/// <summary>Orders that do not go as they should.</summary>
public sealed class OddOrderTests
{
    private const string Name = "odd.example.com";
    private static readonly IssueRequest s_again = new() { Names = [Name], IgnoresBackoff = true };

    [Fact]
    public async Task EndlessProcessing_IsLeft_AndTakenUpAgain()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Database.AfterFinalize = "processing";
        var time = new ManualTimeProvider();
        var store = new MemoryStore();
        using var issuing = new ScriptedIssuing(authority, store, time: time, acme: authority.Options with { PollLimit = TimeSpan.FromMinutes(3), RequestTimeout = TimeSpan.FromMinutes(5) });
        var result = await MoveUntilDoneAsync(issuing.Issuer.IssueAsync(s_again, null, TestContext.Current.CancellationToken), time);
        Assert.Equal(AcmeErrorKind.StillProcessing, result.Failure?.Kind);
        Assert.InRange(authority.Count("POST /order/1"), 10, 25);

        authority.Database.Orders.Single().Status = "valid";
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync(s_again)).Outcome);
        Assert.Single(authority.Database.Orders);
    }

    [Fact]
    public async Task RetryAfterOfAYear_IsNotWaitedFor_AndCappedForTheNextAttempt()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Database.AfterFinalize = "processing";
        authority.Alter = (what, answer) => what.StartsWith("POST /finalize", StringComparison.Ordinal) ? answer.With("Retry-After", "31536000") : answer;
        var time = new ManualTimeProvider();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), time: time);
        var result = await issuing.IssueAsync(s_again);
        Assert.Equal(AcmeErrorKind.StillProcessing, result.Failure?.Kind);
        Assert.Equal(TimeSpan.FromDays(365), result.Failure?.RetryAfter);
        Assert.InRange(result.Wait(time), TimeSpan.FromDays(7), TimeSpan.FromDays(7.5));
        // One to see the order ready; none after that.
        Assert.Equal(1, authority.Count("POST /order/1"));
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("ready")]
    [InlineData("valid")]
    public async Task FailedPassingly_OrderGoesOn(string status)
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        var store = new MemoryStore();
        var at = status switch { "pending" => "POST /challenge", "ready" => "POST /finalize", _ => "POST /certificate" };
        authority.Script = what => what.StartsWith(at, StringComparison.Ordinal) ? ScriptedAnswer.Problem("serverInternal", 500) : null;
        using (var first = new ScriptedIssuing(authority, store)) Assert.Equal(AcmeErrorKind.ServerInternal, (await first.IssueAsync(s_again)).Failure?.Kind);
        authority.Script = _ => null;
        using var next = new ScriptedIssuing(authority, store);
        Assert.Equal(IssueOutcome.Issued, (await next.IssueAsync(s_again)).Outcome);
        Assert.Single(authority.Database.Orders);
        Assert.Equal(status, authority.Database.Orders.Single().Status == "valid" ? status : "not finished");
    }

    [Fact]
    public async Task FailedPassinglyAgainAndAgain_OrderIsGivenUp()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Script = what => what.StartsWith("POST /finalize/1", StringComparison.Ordinal) ? ScriptedAnswer.Problem("serverInternal", 500) : null;
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        for (var attempt = 0; attempt < 5; attempt++) Assert.Equal(IssueOutcome.Failed, (await issuing.IssueAsync(s_again)).Outcome);
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync(s_again)).Outcome);
        Assert.Equal(2, authority.Database.Orders.Count);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("expired")]
    [InlineData("invalid")]
    [InlineData("foreign")]
    [InlineData("no key")]
    public async Task OrderLeadsNowhere_AnotherIsPlaced(string why)
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        var store = new MemoryStore();
        authority.Script = what => what.StartsWith("POST /challenge", StringComparison.Ordinal) ? ScriptedAnswer.Problem("serverInternal", 500) : null;
        using (var first = new ScriptedIssuing(authority, store)) await first.IssueAsync(s_again);
        authority.Script = what => why == "gone" && what == "POST /order/1" ? ScriptedAnswer.Problem("malformed", 404) : null;
        var order = authority.Database.Orders.Single();
        if (why == "expired") order.Expires = DateTimeOffset.UtcNow.AddMinutes(-1);
        if (why == "invalid") order.Status = order.Authorizations[0] = "invalid";
        if (why == "foreign") store.Replace(name => name.StartsWith("order-", StringComparison.Ordinal), """{"account":"https://elsewhere.example/1","order":"https://elsewhere.example/2"}""");
        if (why == "no key") store.Replace(name => name.StartsWith("order-", StringComparison.Ordinal), $$"""{"account":"{{order.Account}}","order":"{{new Uri(authority.Base, "/order/1")}}","privateKey":"none"}""");
        using var next = new ScriptedIssuing(authority, store);
        Assert.Equal(IssueOutcome.Issued, (await next.IssueAsync(s_again)).Outcome);
        Assert.Equal(2, authority.Database.Orders.Count);
    }

    [Fact]
    public async Task AuthorityForgetsEverything_AccountAndOrderAreMadeAnew()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Script = what => what.StartsWith("POST /finalize", StringComparison.Ordinal) ? ScriptedAnswer.Problem("serverInternal", 500) : null;
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        await issuing.IssueAsync(s_again);
        authority.Script = _ => null;
        authority.Forget();
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync(s_again)).Outcome);
        Assert.Equal(1, authority.Database.Accounts);
        Assert.Single(authority.Database.Orders);
    }

    [Fact]
    public async Task AccountNeverKnown_EndsAfterOneMore()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Script = what => what == "POST /new-order" ? ScriptedAnswer.Problem("accountDoesNotExist") : null;
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        Assert.Equal(AcmeErrorKind.AccountDoesNotExist, (await issuing.IssueAsync(s_again)).Failure?.Kind);
        Assert.Equal(2, authority.Count("POST /new-order"));
        // Made; then found again.
        Assert.Equal(2, authority.Count("POST /new-account"));
    }

    [Fact]
    public async Task EachProofFails_OneOrderForEach_ThenTheOtherFirst()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Database.Judge = (_, _, _) => "invalid";
        var responder = new RecordingResponder(ChallengeKind.TlsAlpn01, ChallengeKind.Http01);
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), responder);
        var result = await issuing.IssueAsync(s_again);
        Assert.Equal(AcmeErrorKind.Connection, result.Failure?.Kind);
        Assert.Equal(Name, result.Failure?.Identifier);
        Assert.Equal([ChallengeKind.TlsAlpn01, ChallengeKind.Http01], responder.All.Select(answer => answer.Kind));
        Assert.Empty(responder.Published);

        authority.Database.Judge = (_, _, kind) => kind == "http-01" ? "valid" : "invalid";
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync(s_again)).Outcome);
        // What did it is tried first from now on.
        var before = authority.Database.Orders.Count;
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync(s_again)).Outcome);
        Assert.Equal(before + 1, authority.Database.Orders.Count);
    }

    [Fact]
    public async Task TooManyOrders_AreNotPlaced_AlsoAfterARestart()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Database.Judge = (_, _, _) => "invalid";
        var store = new MemoryStore();
        var time = new ManualTimeProvider();
        IssueResult result;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var life = new ScriptedIssuing(authority, store, time: time);
            result = await life.IssueAsync(s_again);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(5, authority.Database.Orders.Count);
        using var last = new ScriptedIssuing(authority, store, time: time);
        result = await last.IssueAsync(s_again);
        Assert.Equal(IssueOutcome.TooManyOrders, result.Outcome);
        Assert.InRange(result.Wait(time), TimeSpan.FromMinutes(45), TimeSpan.FromHours(1));
        // Another set with the same name in it is no way around.
        Assert.Equal(IssueOutcome.TooManyOrders, (await last.IssueAsync(Name, "more.example.com")).Outcome);
        Assert.Equal(5, authority.Database.Orders.Count);

        authority.Database.Judge = (_, _, _) => "valid";
        time.Advance(result.Wait(time));
        Assert.Equal(IssueOutcome.Issued, (await last.IssueAsync(s_again)).Outcome);
    }

    [Theory]
    [InlineData("another key")]
    [InlineData("with a private key")]
    [InlineData("nothing")]
    [InlineData("garbage")]
    public async Task WrongCertificate_IsNotTaken(string what)
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        using var others = new TestCertificates();
        var other = others.IssuePem(Name);
        var chain = what switch
        {
            "another key" => other.Certificate,
            "with a private key" => other.Certificate + "\n" + other.PrivateKey,
            "garbage" => "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
            _ => "",
        };
        authority.Script = path => path.StartsWith("POST /certificate", StringComparison.Ordinal) ? ScriptedAnswer.Text(200, "application/pem-certificate-chain", chain) : null;
        var store = new MemoryStore();
        using var issuing = new ScriptedIssuing(authority, store);
        Assert.Equal(what == "another key" ? AcmeErrorKind.WrongCertificate : AcmeErrorKind.BadAnswer, (await issuing.IssueAsync(s_again)).Failure?.Kind);
        Assert.DoesNotContain(store.Texts.Keys, name => name.StartsWith("certificate-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PreferredRoot_IsFollowed_AndAFaultyAlternateIsNoHarm()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        var other = await issuing.IssueAsync(s_again with { PreferredRoot = "Other root" });
        Assert.True(other.Certificate?.Chain.LeadsTo("Other root"));
        authority.Script = what => what.EndsWith("/other", StringComparison.Ordinal) ? ScriptedAnswer.Problem("serverInternal", 500) : null;
        var usual = await issuing.IssueAsync(s_again with { PreferredRoot = "Other root" });
        Assert.True(usual.Certificate?.Chain.LeadsTo("Scripted root"));
    }

    [Fact]
    public async Task Replaces_IsSaidOnlyWhereItIsUnderstood()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        using var leaf = (await issuing.IssueAsync(Name)).Issued().Chain.LoadLeaf();
        var replaced = CertificateId.TryOf(leaf);
        await issuing.IssueAsync(s_again with { Replaces = replaced });
        Assert.DoesNotContain("replaces", authority.Database.Orders.Last().Request, StringComparison.Ordinal);

        authority.Database.Renewal = """{"suggestedWindow":{"start":"2030-01-01T00:00:00Z","end":"2030-01-02T00:00:00Z"}}""";
        using var fresh = new ScriptedIssuing(authority, new MemoryStore());
        await fresh.IssueAsync(s_again with { Replaces = replaced });
        Assert.Contains($"\"replaces\":\"{replaced}\"", authority.Database.Orders.Last().Request, StringComparison.Ordinal);

        var refusals = 1;
        authority.Script = what => what == "POST /new-order" && refusals-- > 0 ? ScriptedAnswer.Problem("alreadyReplaced", 409) : null;
        Assert.Equal(IssueOutcome.Issued, (await fresh.IssueAsync(s_again with { Replaces = replaced })).Outcome);
        Assert.DoesNotContain("replaces", authority.Database.Orders.Last().Request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_IsSentWhenOffered_ElseRefusedHere()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync(s_again with { Profile = "short" })).Outcome);
        Assert.Contains("\"profile\":\"short\"", authority.Database.Orders.Single().Request, StringComparison.Ordinal);
        var refused = await issuing.IssueAsync(s_again with { Profile = "long" });
        Assert.Equal(AcmeErrorKind.InvalidProfile, refused.Failure?.Kind);
        Assert.Contains("short", refused.LastError, StringComparison.Ordinal);
        Assert.Single(authority.Database.Orders);
    }

    private static async Task<IssueResult> MoveUntilDoneAsync(Task<IssueResult> issuing, ManualTimeProvider time)
    {
        // Only pauses are moved over, not the limits of requests, which are longer.
        while (await Task.WhenAny(issuing, time.WaitForTimerWithinAsync(TimeSpan.FromSeconds(16))) != issuing) time.Advance(TimeSpan.FromSeconds(15));
        return await issuing.BoundedAsync();
    }
}
