using System.IO.Pipelines;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Messages into the response body, serialized in place when their length is known first.</summary>
internal sealed class ResponseWriter<T>(PipeWriter body, Marshaller<T> marshaller, HttpServerCallContext context) : IServerStreamWriter<T>
    where T : class
{
    private readonly ResponseMessage _message = new(body);
    private Task _lastFlush = Task.CompletedTask;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        if (!_lastFlush.IsCompleted) throw new InvalidOperationException("Can't write the message because the previous write is in progress.");

        Write(message);
        if (((WriteOptions ?? context.WriteOptions)?.Flags & WriteFlags.BufferHint) == WriteFlags.BufferHint) return Task.CompletedTask;

        var flush = body.FlushAsync(TokenFor(cancellationToken));
        return _lastFlush = AwaitAsync(flush);
    }

    /// <summary>Leaves the message for the flush that ends the response.</summary>
    public void Write(T message)
    {
        if (context.CancellationToken.IsCancellationRequested) throw Ended();

        context.HasMessages = true;
        try
        {
            _message.Serialize(marshaller, message);
        }
        catch when (_message.IsTorn)
        {
            context.HttpContext.Abort(); // the body ends within a message: nothing that follows could be read
            throw;
        }
    }

    private static bool IsStillWanted(FlushResult result) => !result.IsCanceled && !result.IsCompleted;

    private async Task AwaitAsync(ValueTask<FlushResult> flush)
    {
        if (!IsStillWanted(await flush)) throw Ended();
    }

    // Without a deadline the server itself ends a flush whose call is gone: no token, no registration.
    private CancellationToken TokenFor(CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled || !context.HasDeadline ? cancellationToken : context.CancellationToken;

    private OperationCanceledException Ended() => new("Can't write the message because the call is over.", context.CancellationToken);
}
