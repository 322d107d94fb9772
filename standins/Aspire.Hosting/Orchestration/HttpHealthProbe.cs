using System.Net;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Asks until the answer is the healthy one.</summary>
internal sealed class HttpHealthProbe(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(2) };

    public Task WaitUntilHealthyAsync(HttpHealthAnnotation check, int replica, CancellationToken cancellationToken) =>
        WaitUntilHealthyAsync(new Uri(new Uri(check.Endpoint.UrlOf(replica)), check.Path), check.StatusCode, cancellationToken);

    public async Task WaitUntilHealthyAsync(Uri address, int statusCode, CancellationToken cancellationToken)
    {
        while (await TryGetStatusAsync(address, cancellationToken) is not { } status || (int)status != statusCode)
            await Task.Delay(s_interval, time, cancellationToken);
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpStatusCode?> TryGetStatusAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
