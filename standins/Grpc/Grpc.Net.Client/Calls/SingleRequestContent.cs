using System.Net;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>The body of a call with one request.</summary>
internal sealed class SingleRequestContent<TRequest>(Marshaller<TRequest> marshaller, TRequest request) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var message = new OutgoingMessage();
        try
        {
            message.Serialize(marshaller, request);
            await stream.WriteAsync(message.Bytes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            message.Release();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
