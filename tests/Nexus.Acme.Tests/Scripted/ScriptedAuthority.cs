using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nexus.Acme.Tests.Scripted;

/// <summary>
/// An authority by HTTP on loopback that checks every request's signature, nonce, address and media type, and does what RFC 8555 says
/// unless the script of a test answers first.
/// </summary>
internal sealed class ScriptedAuthority : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, bool> _nonces = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private int _nonce;

    private ScriptedAuthority()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
        Database = new ScriptedDatabase(() => Base);
    }

    public Uri Base { get; private set; } = new("http://127.0.0.1");

    public Uri Directory => new(Base, "/directory");

    public AcmeOptions Options => new() { Directory = Directory, AllowHttpOnLoopback = true, MaxNonceRetries = 5, RequestTimeout = TimeSpan.FromSeconds(30) };

    public ScriptedDatabase Database { get; private set; }

    /// <summary>Answers first when it returns something: method and path in, e.g. "POST /new-order".</summary>
    public Func<string, ScriptedAnswer?> Script { get; set; } = _ => null;

    /// <summary>Answers after the request was obeyed, in place of the true answer.</summary>
    public Func<string, ScriptedAnswer, ScriptedAnswer> Alter { get; set; } = (_, answer) => answer;

    /// <summary>Every request, method and path.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>What was wrong with a request; must stay empty.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<ScriptedAuthority> StartAsync()
    {
        var authority = new ScriptedAuthority();
        await authority._app.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();
        authority.Base = new Uri(authority._app.Urls.Single());
        return authority;
    }

    public int Count(string request) => _requests.Count(one => one == request);

    /// <summary>Forgets accounts and orders.</summary>
    public void Forget() => Database = new ScriptedDatabase(() => Base);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().BoundedAsync();
        Assert.Empty(Complaints);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var what = $"{context.Request.Method} {context.Request.Path}";
        _requests.Enqueue(what);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var answer = Script(what) ?? Alter(what, Obey(what, context.Request, body.ToArray()));
        context.Response.StatusCode = answer.Status;
        if (answer.ContentType.Length > 0) context.Response.ContentType = answer.ContentType;
        if (!answer.HasNoNonce) context.Response.Headers["Replay-Nonce"] = NewNonce();
        foreach (var (name, value) in answer.Headers) context.Response.Headers.Append(name, value);
        if (context.Request.Method == "HEAD" || answer.Status is 204 or 304) return;
        if (answer.Holds is null) context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        if (answer.Holds is null) return;
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await answer.Holds(context.RequestAborted);
    }

    private ScriptedAnswer Obey(string what, HttpRequest request, byte[] body)
    {
        try
        {
            if (what is "HEAD /new-nonce") return new(200, "", []);
            if (what is "GET /directory") return ScriptedAnswer.Json(Database.Directory());
            if (what.StartsWith("GET /renewal/", StringComparison.Ordinal)) return Database.RenewalInfo(what);
            Assert.Equal("application/jose+json", request.ContentType);
            Assert.Equal("POST", request.Method);
            var jws = CheckedJws.Verify(body, Database.KeyOf);
            Assert.Equal(new Uri(Base, request.Path).AbsoluteUri, jws.Url);
            return jws.Nonce is { } nonce && _nonces.TryRemove(nonce, out _) ? Database.Obey(request.Path, jws) : ScriptedAnswer.Problem("badNonce");
        }
        catch (UnknownAccountException)
        {
            return ScriptedAnswer.Problem("accountDoesNotExist");
        }
        catch (Exception ex) when (ex is Xunit.Sdk.XunitException or KeyNotFoundException or InvalidOperationException or System.Text.Json.JsonException)
        {
            Complaints.Enqueue($"{what}: {ex.Message}");
            return ScriptedAnswer.Problem("malformed", detail: "see the test");
        }
    }

    private string NewNonce()
    {
        var nonce = $"nonce-{Interlocked.Increment(ref _nonce)}";
        _nonces[nonce] = true;
        return nonce;
    }
}
