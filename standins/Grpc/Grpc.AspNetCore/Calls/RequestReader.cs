using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// Messages out of the request body, deserialized in place. Each is given back to the body at once, and with it to HTTP/2's flow control:
/// a caller may send as much again although the others wait.
/// </summary>
internal sealed class RequestReader<T>(PipeReader body, Marshaller<T> marshaller, int? maxMessageSize, HttpServerCallContext context)
    : IAsyncStreamReader<T>
    where T : class
{
    private readonly ReceivedMessage _received = new();
    private ReadOnlySequence<byte> _unread;
    private bool _isHolding;
    private bool _isAtEnd;
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("There is no current message.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (!TryTake())
        {
            if (_isAtEnd)
            {
                return _unread.IsEmpty
                    ? false
                    : throw new RpcException(new Status(StatusCode.Internal, "The request ended within a message."));
            }

            Release();
            var result = await ReadAsync(cancellationToken);
            _unread = result.Buffer;
            _isHolding = true;
            _isAtEnd = result.IsCompleted;
            if (result.IsCanceled) throw new OperationCanceledException(context.CancellationToken);
        }

        return true;
    }

    /// <summary>The request of a call that has exactly one.</summary>
    public async Task<T> ReadOnlyOneAsync()
    {
        if (!await MoveNext(CancellationToken.None))
            throw new RpcException(new Status(StatusCode.Internal, "The request has no message."));

        var request = Current;
        return await MoveNext(CancellationToken.None)
            ? throw new RpcException(new Status(StatusCode.Internal, "The request has more than one message."))
            : request;
    }

    /// <summary>Gives back what was not handed out.</summary>
    public void Release()
    {
        if (!_isHolding) return;

        _isHolding = false;
        body.AdvanceTo(_unread.Start, _unread.End);
        if (!_isAtEnd) _unread = default;
    }

    private bool TryTake()
    {
        if (!_isHolding || !MessageFrame.TryReadHeader(_unread, maxMessageSize, out var length)) return false;
        if (_unread.Length - MessageFrame.HeaderSize < length) return false;

        _current = _received.Deserialize(marshaller, _unread.Slice(MessageFrame.HeaderSize, length));
        GiveBack(_unread.Slice(MessageFrame.HeaderSize + length).Start);
        return true;
    }

    /// <summary>What follows is not examined: the next read brings it again.</summary>
    private void GiveBack(SequencePosition consumed)
    {
        _isHolding = false;
        _isAtEnd = false;
        _unread = default;
        body.AdvanceTo(consumed);
    }

    private ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled || cancellationToken == context.CancellationToken) return body.ReadAsync(context.CancellationToken);
        return context.HasDeadline ? ReadLinkedAsync(cancellationToken) : body.ReadAsync(cancellationToken);
    }

    private async ValueTask<ReadResult> ReadLinkedAsync(CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.CancellationToken);
        return await body.ReadAsync(linked.Token);
    }
}
