namespace Aspire.Hosting.ApplicationModel;

/// <summary>Healthy means: GET <paramref name="path"/> at the endpoint answers <paramref name="statusCode"/>.</summary>
internal sealed class HttpHealthAnnotation(EndpointReference endpoint, string path, int statusCode) : IResourceAnnotation
{
    public EndpointReference Endpoint { get; } = endpoint;

    public string Path { get; } = path;

    public int StatusCode { get; } = statusCode;
}
