using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>Messages into the request body. Its failures leave the call's status to the response, which knows the reason.</summary>
internal sealed class RequestWriter<T>(HttpCall call, StreamedRequestContent content, Marshaller<T> marshaller) : IClientStreamWriter<T>
{
    private readonly OutgoingMessage _message = new();
    private Task _lastWrite = Task.CompletedTask;
    private bool _isComplete;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (_isComplete) throw new InvalidOperationException("Can't write the message because the request stream is completed.");
        if (!_lastWrite.IsCompleted) throw new InvalidOperationException("Can't write the message because the previous write is in progress.");

        return _lastWrite = WriteCoreAsync(message, cancellationToken);
    }

    public Task CompleteAsync()
    {
        if (!_lastWrite.IsCompleted) throw new InvalidOperationException("Can't complete the requests because the previous write is in progress.");

        _isComplete = true;
        content.Complete();
        return Task.CompletedTask;
    }

    private async Task WriteCoreAsync(T message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var cancellation = call.CancelWith(cancellationToken);
        try
        {
            _message.Serialize(marshaller, message);
            var body = await content.Opened.ConfigureAwait(false) ?? throw call.Failure();
            await body.WriteAsync(_message.Bytes, call.Ended).ConfigureAwait(false);
            if ((WriteOptions?.Flags & WriteFlags.BufferHint) != WriteFlags.BufferHint)
                await body.FlushAsync(call.Ended).ConfigureAwait(false);
        }
        catch (Exception exception) when (HttpCall.IsTransportFailure(exception))
        {
            throw call.Failure(exception);
        }
        finally
        {
            _message.Release();
        }
    }
}
