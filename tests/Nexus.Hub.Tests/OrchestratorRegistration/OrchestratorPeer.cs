using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Nexus.Testing;

namespace Nexus.Hub.Tests.OrchestratorRegistration;

/// <summary>A real HTTPS server that demands a client certificate, and answers what the test says.</summary>
internal sealed class OrchestratorPeer : IAsyncDisposable
{
    private readonly TestCertificates _authority = new("Orchestrator CA");
    private readonly Channel<(string Body, string ContentType, string Thumbprint)> _received = Channel.CreateBounded<(string, string, string)>(64);
    private WebApplication? _app;

    /// <summary>What is answered from now on.</summary>
    public (int Status, string Body, string? RetryAfter) Answer { get; set; } = (200, """{"heartbeat_interval":7}""", null);

    public Uri Url { get; private set; } = new("https://localhost/");

    public System.Net.Security.RemoteCertificateValidationCallback Validation => _authority.Validation;

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = _authority.Issue("localhost");
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
        })));
        _app = builder.Build();
        _app.MapPost("/nodes", ReceiveAsync);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Url = new Uri(_app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/nodes");
    }

    public async Task<(string Body, string ContentType, string Thumbprint)> ReceivedAsync() =>
        await _received.Reader.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>Whether one came that nobody has looked at.</summary>
    public bool HasMore => _received.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _authority.Dispose();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        X509Certificate2? certificate = context.Connection.ClientCertificate;
        var (status, text, retryAfter) = Answer;
        context.Response.StatusCode = status;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.WriteAsync(text, context.RequestAborted);
        await _received.Writer.WriteAsync((body, context.Request.ContentType ?? "", certificate?.Thumbprint ?? ""), context.RequestAborted);
    }
}
