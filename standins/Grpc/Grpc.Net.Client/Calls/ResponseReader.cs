using System.Buffers;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// Messages out of the response body. A pooled buffer takes all that has arrived and is given back while nothing has, so
/// that an idle call holds none.
/// </summary>
internal sealed class ResponseReader<T>(HttpCall call, Marshaller<T> marshaller) : IAsyncStreamReader<T>
    where T : class
{
    // Two HTTP/2 frames of the usual size.
    private const int BufferSize = 32 * 1024;

    private readonly ReceivedMessage _received = new();
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("There is no current message.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var cancellation = call.CancelWith(cancellationToken);
        try
        {
            while (!TryTake())
            {
                if (!await FillAsync().ConfigureAwait(false)) return End();
            }

            return true;
        }
        catch (RpcException exception) when (!call.HasEnded)
        {
            call.End(exception.Status);
            ReturnBuffer();
            throw;
        }
        catch (Exception exception) when (HttpCall.IsTransportFailure(exception))
        {
            call.End(ResponseStatus.FromTransport(exception));
            ReturnBuffer();
            throw call.Failure();
        }
    }

    /// <summary>The response of a call that has exactly one.</summary>
    public async Task<T> ReadOnlyOneAsync()
    {
        if (!await MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            throw new RpcException(new Status(StatusCode.Internal, "The response has no message."));
        }

        var response = Current;
        if (!await MoveNext(CancellationToken.None).ConfigureAwait(false)) return response;

        call.End(new Status(StatusCode.Internal, "The response has more than one message."));
        throw call.Failure();
    }

    private bool TryTake()
    {
        var unread = _end - _start;
        if (unread < MessageFrame.HeaderSize) return false;

        var length = MessageFrame.ReadHeader(_buffer.AsSpan(_start, MessageFrame.HeaderSize), call.MaxReceiveMessageSize);
        if (unread - MessageFrame.HeaderSize < length)
        {
            MakeRoomFor(MessageFrame.HeaderSize + length);
            return false;
        }

        _current = _received.Deserialize(marshaller, new ReadOnlySequence<byte>(_buffer, _start + MessageFrame.HeaderSize, length));
        _start += MessageFrame.HeaderSize + length;
        return true;
    }

    /// <summary>False at the end of the body.</summary>
    private async ValueTask<bool> FillAsync()
    {
        if (await call.GetBodyAsync().ConfigureAwait(false) is not { } body) return false;
        if (_start == _end)
        {
            var arrival = body.ReadAsync(Memory<byte>.Empty, call.Ended);
            if (!arrival.IsCompleted) ReturnBuffer();
            await arrival.ConfigureAwait(false);
            if (_buffer.Length == 0) _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            MakeRoomFor(MessageFrame.HeaderSize);
        }

        var count = await body.ReadAsync(_buffer.AsMemory(_end), call.Ended).ConfigureAwait(false);
        _end += count;
        return count > 0;
    }

    private bool End()
    {
        var isWithinMessage = _start != _end;
        ReturnBuffer();
        call.EndWithTrailers(isWithinMessage);
        return call.GetStatus().StatusCode == StatusCode.OK ? false : throw call.Failure();
    }

    private void MakeRoomFor(int count)
    {
        if (_buffer.Length - _start >= count && _end < _buffer.Length) return;

        var unread = _buffer.AsSpan(_start, _end - _start);
        if (count <= _buffer.Length)
        {
            unread.CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(count);
            unread.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        _end -= _start;
        _start = 0;
    }

    private void ReturnBuffer()
    {
        var buffer = _buffer;
        _buffer = [];
        _start = _end = 0;
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }
}
