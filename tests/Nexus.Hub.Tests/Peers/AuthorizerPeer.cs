using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Peers;

/// <summary>An authorizer on the web: verifier, key set and status in one, answering as the test says. Real Kestrel, http and https.</summary>
internal sealed class AuthorizerPeer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _authority = new();
    private readonly FreePort _plain = FreePort.Reserve();
    private readonly FreePort _tls = FreePort.Reserve();
    private readonly ObservedList<AuthorizerRequest> _requests = new();
    private readonly WebApplication _app;

    private AuthorizerPeer()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(_plain.EndPoint);
            kestrel.Listen(_tls.EndPoint, listen => listen.UseHttps(https =>
            {
                https.ServerCertificate = _authority.Issue("localhost", "127.0.0.1");
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            }));
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
        File.WriteAllText(RootsFile, _authority.RootPem);
    }

    /// <summary>The authority of its certificate.</summary>
    public string RootsFile => _folder.PathOf("roots.pem");

    public string PlainAddress => $"http://127.0.0.1:{_plain.Port}";

    public string Address => $"https://localhost:{_tls.Port}";

    /// <summary>What it answers; by default 404.</summary>
    public Func<HttpContext, string, Task> Answer { get; set; } = (context, _) =>
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    };

    public IReadOnlyList<AuthorizerRequest> Requests => _requests.Items;

    public static async Task<AuthorizerPeer> StartAsync()
    {
        var peer = new AuthorizerPeer();
        await peer._app.StartAsync(TestContext.Current.CancellationToken);
        return peer;
    }

    public Task<AuthorizerRequest> RequestAsync(int count) => _requests.WaitForAsync(
        requests => requests.Count >= count ? requests[count - 1] : null, () => $"{_requests.Items.Count} requests came, not {count}.", TestContext.Current.CancellationToken);

    public void Says(int status, string body = "", string? location = null) => Answer = async (context, _) =>
    {
        context.Response.StatusCode = status;
        if (location is not null) context.Response.Headers.Location = location;
        if (body.Length > 0) await context.Response.WriteAsync(body, context.RequestAborted);
    };

    /// <summary>Takes requests and never answers.</summary>
    public void Hangs() => Answer = (context, _) =>
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(ended.SetResult);
        return ended.Task;
    };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _plain.Dispose();
        _tls.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        _requests.Add(new(context.Request.Method, context.Request.Path, context.Request.ContentType, body, context.Connection.ClientCertificate));
        await Answer(context, body);
    }
}
