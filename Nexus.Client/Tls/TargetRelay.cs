using System.Buffers;
using System.Runtime.CompilerServices;
using Nexus.Client.InProcess;
using Nexus.Client.Streams;
using Nexus.Protocol.Channels;

namespace Nexus.Client.Tls;

/// <summary>Carries bytes between a user, whose TLS is taken off or was never there, and the target.</summary>
/// <param name="side">The user's connection.</param>
/// <param name="user">The user's bytes.</param>
/// <param name="endUser">Tells the user that nothing more comes from the target.</param>
/// <param name="target">Stays its owner's.</param>
internal sealed class TargetRelay(UserSide side, Stream user, Func<Task> endUser, IByteChannel target)
{
    private const int BufferSize = 32 * 1024;

    private enum Direction
    {
        Ended,
        TargetBroken,
        UserBroken,
        Stopped,
    }

    /// <summary>Whether the target has got everything that the user sent, and the end of it.</summary>
    public bool IsDelivered { get; private set; }

    /// <summary>The end, when it is not the usual one; everything has come to rest when it returns.</summary>
    public async Task<StreamEnd?> RunAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(side.Aborted);
        using var stopAnswer = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, side.Left);
        var toUser = ToUserAsync(stopAnswer.Token);
        var fromUser = FromUserAsync(stop.Token);
        var end = await Task.WhenAny(toUser, fromUser).ConfigureAwait(false) == toUser
            ? await AfterAnswerAsync(await toUser.ConfigureAwait(false), fromUser).ConfigureAwait(false)
            : await AfterRequestAsync(await fromUser.ConfigureAwait(false), toUser, fromUser).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(toUser, fromUser).ConfigureAwait(false);
        return end;
    }

    private static async Task<StreamEnd?> AfterAnswerAsync(Direction answer, Task<Direction> fromUser)
    {
        // A user that is gone still wants delivered what it sent.
        if (answer == Direction.TargetBroken) return StreamEnd.LocalFailed;
        return await fromUser.ConfigureAwait(false) switch
        {
            Direction.UserBroken => StreamEnd.TlsFailed,
            Direction.TargetBroken => StreamEnd.Completed, // it takes and gives nothing more
            _ => null,
        };
    }

    private async Task<StreamEnd?> AfterRequestAsync(Direction request, Task<Direction> toUser, Task<Direction> fromUser)
    {
        if (request == Direction.UserBroken) return StreamEnd.TlsFailed;
        // A target that takes nothing more may still give.
        if (request == Direction.TargetBroken) await side.Input.CompleteAsync().ConfigureAwait(false);
        return await AfterAnswerAsync(await toUser.ConfigureAwait(false), fromUser).ConfigureAwait(false);
    }

    private async Task<Direction> ToUserAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await target.WaitToReadAsync(stop).ConfigureAwait(false);
                switch (await PassOnAsync(stop).ConfigureAwait(false))
                {
                    case ChannelReadStatus.End:
                        await endUser().ConfigureAwait(false);
                        return Direction.Ended;
                    case ChannelReadStatus.Reset:
                        return Direction.TargetBroken;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Direction.Stopped;
        }
        catch (Exception) // as below
        {
            return Direction.UserBroken; // gone; what it sent is another matter
        }
    }

    /// <summary>Passes on what is there; no buffer is held while nothing is.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ChannelReadStatus> PassOnAsync(CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                var read = target.TryRead(buffer);
                if (read.Status != ChannelReadStatus.Data) return read.Status;
                await user.WriteAsync(buffer.AsMemory(0, read.Count), stop).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<Direction> FromUserAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await user.ReadAsync(Memory<byte>.Empty, stop).ConfigureAwait(false); // waits without a buffer
                if (await DeliverAsync(stop).ConfigureAwait(false) is { } end) return end;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Direction.Stopped;
        }
        catch (Exception) // an IOException, or whatever the runtime's TLS throws at a stranger's bytes: the owner of this direction ends it
        {
            return Direction.UserBroken;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Direction?> DeliverAsync(CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var count = await user.ReadAsync(buffer, stop).ConfigureAwait(false);
            return await WriteAsync(buffer.AsMemory(0, count), stop).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Direction?> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        try
        {
            if (bytes.IsEmpty)
            {
                await target.CompleteWritesAsync(stop).ConfigureAwait(false);
                IsDelivered = true;
                return Direction.Ended;
            }

            var written = target.TryWrite(bytes.Span);
            if (written < bytes.Length) await target.WriteAsync(bytes[written..], stop).ConfigureAwait(false);
            return null;
        }
        catch (IOException)
        {
            return Direction.TargetBroken;
        }
    }
}
