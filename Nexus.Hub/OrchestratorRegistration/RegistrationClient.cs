using System.Net.Security;
using System.Security.Authentication;
using Nexus.WebSocketHosting.Certificates;

namespace Nexus.Hub.OrchestratorRegistration;

/// <summary>
/// Asks the orchestrator. The hub's certificate is its identity; when that was renewed, connections with the old one are
/// given up, so that the next attempt presents the new one.
/// </summary>
internal sealed class RegistrationClient(NodeCertificate certificate, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);

    private HttpClient? _http;
    private SslStreamCertificateContext? _presented;

    /// <summary>How the orchestrator's certificate is checked; null: by the system's roots.</summary>
    public RemoteCertificateValidationCallback? Validation { get; init; }

    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<RegistrationAnswer> RegisterAsync(Uri url, RegistrationBody body, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(s_timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(body) };
            // The original sends no charset, and no chunks.
            request.Content.Headers.ContentType = new("application/json");
            await request.Content.LoadIntoBufferAsync(either.Token);
            using var response = await CurrentClient().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var buffer = new byte[RegistrationAnswer.MaxBody];
            await using var content = await response.Content.ReadAsStreamAsync(either.Token);
            var count = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token);
            return RegistrationAnswer.From(response.StatusCode, RetryAfterOf(response), buffer.AsSpan(0, count));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or AuthenticationException)
        {
            return new(RegistrationOutcome.Unreachable);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(RegistrationOutcome.TimedOut);
        }
    }

    public void Dispose() => _http?.Dispose();

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => null,
        };

    private HttpClient CurrentClient()
    {
        var current = certificate.Chain;
        if (_http is not null && ReferenceEquals(current, _presented)) return _http;
        _http?.Dispose();
        _presented = current;
        // The client's own limit would run by the system's clock.
        return _http = new HttpClient(CreateHandler(current)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private SocketsHttpHandler CreateHandler(SslStreamCertificateContext? presented) => new()
    {
        MaxAutomaticRedirections = 10,
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = presented,
            RemoteCertificateValidationCallback = Validation,
        },
    };
}
