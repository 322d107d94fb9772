using System.Net;

namespace Nexus.Edge.PlainHttp;

/// <summary>The same body with the same fields, flushed after every piece.</summary>
internal sealed class PromptContent : HttpContent
{
    private readonly HttpContent _body;

    public PromptContent(HttpContent body)
    {
        _body = body;
        foreach (var (name, values) in body.Headers.NonValidated) Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _body.CopyToAsync(new PromptStream(stream), context, cancellationToken);

    /// <summary>The length, where there is one, is a field that was copied.</summary>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _body.Dispose();
        base.Dispose(disposing);
    }
}
