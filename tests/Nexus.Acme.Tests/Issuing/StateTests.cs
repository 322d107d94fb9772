using Nexus.Acme.Issuing;
using Nexus.Acme.Signing;
using Nexus.Acme.Tests.Scripted;

namespace Nexus.Acme.Tests.Issuing;

/// <summary>What is kept, and what is shown of it.</summary>
public sealed class StateTests
{
    private static readonly IssueRequest s_request = new() { Names = ["a.example.com"] };

    [Fact]
    public async Task Secrets_AreInTheStoreOnly()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        authority.Database.ExternalKey = new byte[32];
        authority.Script = what => what.StartsWith("POST /finalize", StringComparison.Ordinal) ? ScriptedAnswer.Problem("badCSR") : null;
        var binding = new ExternalAccountBinding("kid-1", Base64UrlText.Encode(authority.Database.ExternalKey));
        var store = new MemoryStore();
        var options = new IssuerOptions { Registration = new() { AgreesToTerms = true, ExternalAccount = binding } };
        using var issuing = new ScriptedIssuing(authority, store, options: options);
        var failed = await issuing.IssueAsync(s_request);
        authority.Script = _ => null;
        var issued = await issuing.IssueAsync(s_request with { IgnoresBackoff = true });
        var account = await issuing.Issuer.GetAccountAsync(TestContext.Current.CancellationToken).BoundedAsync();

        object[] shown = [failed, failed.Failed(), issued, issued.Issued(), account, account.Key, options, options.Registration, binding,
            new AccountDocument(account.Key.ToPem(), "a", account.Key.ToPem()), new CertificateDocument("c", account.Key.ToPem()), new OrderDocument { PrivateKey = account.Key.ToPem() }];
        string[] secrets = ["PRIVATE KEY", Base64UrlText.Encode(authority.Database.ExternalKey), Middle(account.Key.ToPem()), Middle(issued.Issued().ExportPrivateKeyPem())];
        Assert.All(shown, one => Assert.All(secrets, secret => Assert.DoesNotContain(secret, one.ToString(), StringComparison.Ordinal)));
        Assert.Contains(store.Texts.Values, text => text.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ProgressAndResult_AreTold()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        var stages = new List<IssueStage>();
        await issuing.Issuer.IssueAsync(s_request, new Steps(stages), TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal([IssueStage.Registering, IssueStage.Ordering, IssueStage.Proving, IssueStage.Finalizing, IssueStage.Downloading], stages);
    }

    [Fact]
    public async Task SameSetTwiceAtOnce_IsRefused_OtherSetsAreNot()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        var point = new SyncPoint();
        var responder = new WaitingResponder(point);
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), responder);
        var first = issuing.Issuer.IssueAsync(new IssueRequest { Names = ["a.example.com", "b.example.com"] }, null, TestContext.Current.CancellationToken);
        await point.WaitForArrivalAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => issuing.IssueAsync("B.example.com", "a.example.com."));
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync("c.example.com")).Outcome);
        point.Release();
        Assert.Equal(IssueOutcome.Issued, (await first.BoundedAsync()).Outcome);
        Assert.Equal(1, authority.Database.Accounts);
    }

    [Fact]
    public async Task ResponderFails_ReachesTheCaller_OrderGoesOn()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        var responder = new RecordingResponder { BeforeStep = () => throw new IOException("no port") };
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), responder);
        await Assert.ThrowsAsync<IOException>(() => issuing.IssueAsync(s_request));
        responder.BeforeStep = () => { };
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync(s_request)).Outcome);
        Assert.Single(authority.Database.Orders);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"privateKey":"-----BEGIN nothing"}""")]
    public async Task AccountUnreadable_IsNotOverwritten(string text)
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        var store = new MemoryStore();
        using (var first = new ScriptedIssuing(authority, store)) await first.Issuer.GetAccountAsync(TestContext.Current.CancellationToken).BoundedAsync();
        store.Replace(name => name.StartsWith("account-", StringComparison.Ordinal), text);
        using var next = new ScriptedIssuing(authority, store);
        await Assert.ThrowsAsync<InvalidDataException>(() => next.IssueAsync(s_request));
        Assert.Equal(text, store.Texts.Single(entry => entry.Key.StartsWith("account-", StringComparison.Ordinal)).Value);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"orders":{"a.example.com":null}}""")]
    [InlineData("""{"chain":"","privateKey":""}""")]
    public async Task OtherTextsUnreadable_AreMadeAnew(string text)
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        var store = new MemoryStore();
        using var issuing = new ScriptedIssuing(authority, store);
        await issuing.IssueAsync(s_request);
        store.Replace(name => !name.StartsWith("account-", StringComparison.Ordinal), text);
        Assert.Null(await issuing.Issuer.FindAsync(s_request, TestContext.Current.CancellationToken));
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync(s_request)).Outcome);
        Assert.NotNull(await issuing.Issuer.FindAsync(s_request, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task NamesThatAreNone_AreRefusedBeforeAnything()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        await Assert.ThrowsAsync<FormatException>(() => issuing.IssueAsync("*.example.com"));
        await Assert.ThrowsAsync<FormatException>(() => issuing.IssueAsync());
        await Assert.ThrowsAsync<FormatException>(() => issuing.IssueAsync([.. Enumerable.Range(0, 101).Select(number => $"n{number}.example.com")]));
        Assert.Empty(authority.Requests);
    }

    [Fact]
    public async Task AccountKey_IsChanged_AndUsed()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        var store = new MemoryStore();
        using var issuing = new ScriptedIssuing(authority, store);
        var stop = TestContext.Current.CancellationToken;
        var before = (await issuing.Issuer.GetAccountAsync(stop).BoundedAsync()).Key.Thumbprint;
        await issuing.Issuer.ChangeAccountKeyAsync(stop).BoundedAsync();
        Assert.NotEqual(before, (await issuing.Issuer.GetAccountAsync(stop).BoundedAsync()).Key.Thumbprint);
        using var next = new ScriptedIssuing(authority, store);
        Assert.Equal(IssueOutcome.Issued, (await next.IssueAsync(s_request)).Outcome);
        Assert.Equal(1, authority.Database.Accounts);

        // Refused: the old one stays.
        authority.Script = what => what == "POST /key-change" ? ScriptedAnswer.Problem("badPublicKey") : null;
        await Assert.ThrowsAsync<Nexus.Acme.Problems.AcmeException>(() => next.Issuer.ChangeAccountKeyAsync(stop).BoundedAsync());
        Assert.Equal(IssueOutcome.Issued, (await next.IssueAsync(s_request)).Outcome);
        Assert.Equal(1, authority.Database.Accounts);
    }

    [Fact]
    public async Task KeyOfAnExistingAccount_NeedsNoAgreementAndNoBinding()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        using var key = SigningKey.FromPem(TestKeys.Rsa);
        using (var other = new Nexus.Acme.Authority.AcmeAuthority(authority.Options)) await other.RegisterAsync(key, new() { AgreesToTerms = true }, TestContext.Current.CancellationToken).BoundedAsync();
        authority.Database.Meta = """{"externalAccountRequired":true,"termsOfService":"https://authority.example/terms"}""";
        using var issuing = new ScriptedIssuing(authority, new MemoryStore(), options: new());
        Assert.True(await issuing.Issuer.TryImportAccountAsync(key, TestContext.Current.CancellationToken));
        Assert.Equal(IssueOutcome.Issued, (await issuing.IssueAsync(s_request)).Outcome);
        Assert.False(await issuing.Issuer.TryImportAccountAsync(key, TestContext.Current.CancellationToken));
        Assert.Equal(1, authority.Database.Accounts);
    }

    [Fact]
    public async Task ManySetsAtOnce_OneAccount_AllIssued()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => issuing.IssueAsync($"n{number}.example.com", "shared.example.com")));
        // The shared name is in five orders, and not in more.
        Assert.Equal(5, results.Count(result => result.Outcome == IssueOutcome.Issued));
        Assert.Equal(15, results.Count(result => result.Outcome == IssueOutcome.TooManyOrders));
        Assert.Equal(1, authority.Count("POST /new-account"));
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => issuing.IssueAsync($"own{number}.example.com")));
        Assert.All(others, result => Assert.Equal(IssueOutcome.Issued, result.Outcome));
    }

    [Fact]
    public async Task Certificate_StoredElsewhere_IsReadAgain()
    {
        await using var authority = await ScriptedAuthority.StartAsync();
        using var issuing = new ScriptedIssuing(authority, new MemoryStore());
        var issued = (await issuing.IssueAsync("a.example.com", "192.0.2.1")).Issued();
        var read = Nexus.Acme.Certificates.IssuedCertificate.TryRead(issued.Chain.ToPem(), issued.ExportPrivateKeyPem());
        Assert.Equal((issued.SerialNumber, issued.NotAfter), (read?.SerialNumber, read?.NotAfter));
        Assert.Equal(["192.0.2.1", "a.example.com"], read?.Names.Order(StringComparer.Ordinal));
        using var certificate = read?.Load();
        Assert.True(certificate?.HasPrivateKey);
        Assert.Null(Nexus.Acme.Certificates.IssuedCertificate.TryRead(issued.Chain.ToPem(), TestKeys.Find("ES256")));
        Assert.Null(Nexus.Acme.Certificates.IssuedCertificate.TryRead("", issued.ExportPrivateKeyPem()));
    }

    private static string Middle(string pem) => pem.Split('\n')[1][20..60];

    private sealed class Steps(List<IssueStage> stages) : IProgress<IssueStage>
    {
        public void Report(IssueStage value) => stages.Add(value);
    }

    /// <summary>Waits at the first set of names.</summary>
    private sealed class WaitingResponder(SyncPoint point) : Nexus.Acme.Challenges.IChallengeResponder
    {
        public IReadOnlyList<Nexus.Acme.Challenges.ChallengeKind> Kinds { get; } = [Nexus.Acme.Challenges.ChallengeKind.Http01];

        public Task PublishAsync(Nexus.Acme.Challenges.ChallengeAnswer answer, CancellationToken cancellationToken) =>
            answer.Identifier.Value == "a.example.com" ? point.ArriveAsync(cancellationToken) : Task.CompletedTask;

        public Task WithdrawAsync(Nexus.Acme.Challenges.ChallengeAnswer answer, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
