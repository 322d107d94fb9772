using System.Net;

namespace Nexus.SystemTests.Processes;

/// <summary>A request body that is made while it is sent.</summary>
internal sealed class BlockContent(long length) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var block in TestOrigin.Blocks(length)) await stream.WriteAsync(block, cancellationToken);
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
