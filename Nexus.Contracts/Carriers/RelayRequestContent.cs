using System.Net;

namespace Nexus.Contracts.Carriers;

/// <summary>The requests of a call: a body that stays open until they end or the call does.</summary>
internal sealed class RelayRequestContent : HttpContent
{
    private readonly TaskCompletionSource<Stream?> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The open body; null when the call ended before.</summary>
    public Task<Stream?> Opened => _opened.Task;

    /// <summary>No more requests.</summary>
    public void Complete() => _ended.TrySetResult();

    /// <summary>The call is over: the requests that were not sent never will be.</summary>
    public void Abandon()
    {
        _opened.TrySetResult(null);
        _ended.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _opened.TrySetResult(stream);
        await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
