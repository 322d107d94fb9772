using System.Globalization;
using Nexus.Acme.Authority;
using Nexus.Acme.Problems;
using Nexus.Acme.Signing;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Tests.Scripted;

/// <summary>What an authority, or what answers in its place, may do wrong: each ends with one error and few requests.</summary>
public sealed class UnfriendlyAuthorityTests : IAsyncLifetime
{
    private const string NewAccount = "POST /new-account";
    private readonly SigningKey _key = SigningKey.Create();
    private ScriptedAuthority? _started;

    private ScriptedAuthority Authority => _started ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _started = await ScriptedAuthority.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await Authority.DisposeAsync();
    }

    [Fact]
    public async Task NonceRefusedAlways_EndsAfterTheRetries()
    {
        Authority.Script = what => what == NewAccount ? ScriptedAnswer.Problem("badNonce") : null;
        Assert.Equal(AcmeErrorKind.BadNonce, (await RegisterFailsAsync()).Kind);
        Assert.Equal(6, Authority.Count(NewAccount));
        Assert.Equal(1, Authority.Count("HEAD /new-nonce"));
    }

    [Fact]
    public async Task NonceRefusedWithoutAnother_IsFetchedAnew()
    {
        var refusals = 3;
        Authority.Script = what => what == NewAccount && refusals-- > 0 ? ScriptedAnswer.Problem("badNonce") with { HasNoNonce = true } : null;
        await RegisterAsync();
        Assert.Equal(4, Authority.Count(NewAccount));
        Assert.Equal(4, Authority.Count("HEAD /new-nonce"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not base64url!")]
    [InlineData("a\tb")]
    public async Task NoProperNonce_IsBadAnswer(string? nonce)
    {
        Authority.Script = what => what != "HEAD /new-nonce" ? null : nonce is null ? new(200, "", []) { HasNoNonce = true } : (new ScriptedAnswer(200, "", []) { HasNoNonce = true }).With("Replay-Nonce", nonce);
        Assert.Equal(AcmeErrorKind.BadAnswer, (await RegisterFailsAsync()).Kind);
        Assert.Equal(0, Authority.Count(NewAccount));
    }

    [Theory]
    [InlineData("text/html", "<html>Please log in</html>")]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", "{")]
    [InlineData("application/json", "{}")]
    [InlineData("application/json", "")]
    [InlineData("application/json", """{"newNonce":1,"newAccount":{},"newOrder":null}""")]
    [InlineData("application/json", """{"\ud800":1}""")]
    [InlineData("", "{}")]
    public async Task DirectoryIsNone_IsBadAnswer(string mediaType, string body)
    {
        Authority.Script = _ => ScriptedAnswer.Text(200, mediaType, body);
        Assert.Equal(AcmeErrorKind.BadAnswer, (await RegisterFailsAsync()).Kind);
        Assert.Single(Authority.Requests);
    }

    [Theory]
    [InlineData("https://authority.example/new")]
    [InlineData("http://authority.example/new")]
    [InlineData("http://127.0.0.1:1/new")]
    [InlineData("ftp://127.0.0.1/new")]
    [InlineData("file:///etc/passwd")]
    public async Task DirectoryLeadsElsewhere_IsRefused(string address)
    {
        Authority.Alter = (_, answer) => ScriptedAnswer.Json($$"""{"newNonce":"{{Authority.Base}}n","newAccount":"{{address}}","newOrder":"{{Authority.Base}}o"}""");
        Assert.Equal(AcmeErrorKind.RefusedAddress, (await RegisterFailsAsync()).Kind);
        Assert.Single(Authority.Requests);
    }

    [Fact]
    public async Task AccountLeadsElsewhere_IsRefused()
    {
        Authority.Alter = (what, answer) => what == NewAccount ? answer.With("Location", "https://elsewhere.example/account/1") : answer;
        Assert.Equal(AcmeErrorKind.RefusedAddress, (await RegisterFailsAsync()).Kind);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_IsNotFollowed(int status)
    {
        Authority.Script = what => what is "GET /directory" or NewAccount ? ScriptedAnswer.Text(status, "", "").With("Location", new Uri(Authority.Base, "/elsewhere").AbsoluteUri) : null;
        Assert.Equal(AcmeErrorKind.Redirected, (await RegisterFailsAsync()).Kind);
        Assert.Single(Authority.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GiantBody_IsNotRead(bool withLength)
    {
        var body = new byte[AuthorityConnection.MaxJson + 1];
        body.AsSpan().Fill((byte)' ');
        // Without a length it does not end either.
        Authority.Script = _ => new(200, "application/json", body) { Holds = withLength ? null : stop => new TaskCompletionSource().Task.WaitAsync(stop) };
        Assert.Equal(AcmeErrorKind.AnswerTooLarge, (await RegisterFailsAsync()).Kind);
        Assert.Single(Authority.Requests);
    }

    [Fact]
    public async Task GiantHeaders_AreNotRead()
    {
        Authority.Script = _ => ScriptedAnswer.Json("{}").With("X-Much", new string('a', 60_000));
        Assert.Equal(AcmeErrorKind.Unreachable, (await RegisterFailsAsync()).Kind);
    }

    [Fact]
    public async Task LongLists_AreRefused()
    {
        var profiles = string.Join(',', Enumerable.Range(0, 60).Select(number => $"\"p{number}\":\"x\""));
        Authority.Database.Meta = $$$"""{"profiles":{{{{profiles}}}}}""";
        Assert.Equal(AcmeErrorKind.AnswerTooLarge, (await RegisterFailsAsync()).Kind);
    }

    [Fact]
    public async Task AnswerThatNeverEnds_IsTimedOut()
    {
        var time = new ManualTimeProvider();
        Authority.Script = _ => ScriptedAnswer.Json("{") with { Holds = stop => new TaskCompletionSource().Task.WaitAsync(stop) };
        using var acme = new AcmeAuthority(Authority.Options, time);
        var reading = acme.GetDirectoryAsync(TestContext.Current.CancellationToken);
        await time.WaitForTimerAsync(Authority.Options.RequestTimeout, TestContext.Current.CancellationToken);
        time.Advance(Authority.Options.RequestTimeout);
        Assert.Equal(AcmeErrorKind.TimedOut, (await Assert.ThrowsAsync<AcmeException>(() => reading.BoundedAsync())).Kind);
    }

    [Fact]
    public async Task CallerGivesUp_IsHisCancellation()
    {
        using var stop = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        Authority.Script = _ => ScriptedAnswer.Json("{") with { Holds = async end => { asked.SetResult(); await new TaskCompletionSource().Task.WaitAsync(end); } };
        using var acme = new AcmeAuthority(Authority.Options);
        var reading = acme.GetDirectoryAsync(stop.Token);
        await asked.Task.BoundedAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.BoundedAsync());
    }

    [Fact]
    public async Task TermsNotAgreed_NothingIsSent()
    {
        using var acme = new AcmeAuthority(Authority.Options);
        var error = await Assert.ThrowsAsync<AcmeException>(() => acme.RegisterAsync(_key, new(), TestContext.Current.CancellationToken).BoundedAsync());
        Assert.Equal(AcmeErrorKind.TermsNotAgreed, error.Kind);
        Assert.Contains("https://authority.example/terms", error.Message, StringComparison.Ordinal);
        Assert.Single(Authority.Requests);
    }

    [Theory]
    [InlineData(429, AcmeErrorKind.RateLimited)]
    [InlineData(503, AcmeErrorKind.ServerInternal)]
    [InlineData(403, AcmeErrorKind.Unauthorized)]
    [InlineData(404, AcmeErrorKind.NotFound)]
    [InlineData(418, AcmeErrorKind.Unknown)]
    public async Task RefusalWithoutDocument_IsReadFromItsStatus(int status, AcmeErrorKind kind)
    {
        Authority.Script = what => what == NewAccount ? ScriptedAnswer.Text(status, "text/html", "<h1>No</h1>").With("Retry-After", "120") : null;
        var error = await RegisterFailsAsync();
        Assert.Equal(kind, error.Kind);
        Assert.Equal(status, error.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(2), error.RetryAfter);
        Assert.Equal(1, Authority.Count(NewAccount));
    }

    [Fact]
    public async Task RetryAfterAsADate_IsCountedFromNow()
    {
        var time = new ManualTimeProvider();
        var date = time.GetUtcNow().AddHours(3).ToString("r", CultureInfo.InvariantCulture);
        Authority.Script = what => what == NewAccount ? ScriptedAnswer.Problem("rateLimited", 429).With("Retry-After", date) : null;
        Assert.Equal(TimeSpan.FromHours(3), (await RegisterFailsAsync(time)).RetryAfter);
    }

    private async Task RegisterAsync(TimeProvider? time = null)
    {
        using var acme = new AcmeAuthority(Authority.Options, time);
        await acme.RegisterAsync(_key, new() { AgreesToTerms = true }, TestContext.Current.CancellationToken).BoundedAsync();
    }

    private Task<AcmeException> RegisterFailsAsync(TimeProvider? time = null) => Assert.ThrowsAsync<AcmeException>(() => RegisterAsync(time));
}
