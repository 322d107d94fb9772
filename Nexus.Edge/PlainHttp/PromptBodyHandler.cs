namespace Nexus.Edge.PlainHttp;

/// <summary>Sends what a user has written of a body at once; the HTTP client would collect small pieces until 4 KiB are full.</summary>
internal sealed class PromptBodyHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content) request.Content = new PromptContent(content);
        return base.SendAsync(request, cancellationToken);
    }
}
