using Yarp.ReverseProxy.Forwarder;

namespace Nexus.Edge.PlainHttp;

/// <summary>Passes a request on as it came: its own Host, its own spelling of the path, and no field that the client did not send.</summary>
internal sealed class RawRequestTransformer(RequestRoute route) : HttpTransformer
{
    private static readonly UriCreationOptions s_asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.RequestUri = new Uri(destinationPrefix + route.Path, s_asWritten);
        RequestTracing.Attach(proxyRequest);
        proxyRequest.Headers.Host = null;
        proxyRequest.Headers.TryAddWithoutValidation("Host", route.RawHost);
    }
}
