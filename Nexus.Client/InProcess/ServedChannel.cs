using Microsoft.Extensions.Logging;
using Nexus.Client.Streams;
using Nexus.Client.Tls;

namespace Nexus.Client.InProcess;

/// <summary>A user's connection that this client itself serves: it ends the user's TLS, or looks at the first bytes before it dials.</summary>
internal sealed class ServedChannel : PipedChannel
{
    /// <summary>How long what a user has sent before it left may take to reach the target: at most what fits in the pipe.</summary>
    private static readonly TimeSpan s_deliveryLimit = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _left = new();
    private readonly CancellationTokenSource _aborted = new();
    private readonly TimeProvider _time;
    private readonly Task _serving;

    private ServedChannel(InProcessPipes pipes, Func<UserSide, Task<StreamEnd?>> serve, Guid streamId, ILogger logger, TimeProvider time)
        : base(pipes)
    {
        _time = time;
        var user = new UserSide(pipes, _left.Token, _aborted.Token);
        // On the pool: a handshake computes, and this may be the session's receiver.
        _serving = Task.Run(() => ServeAsync(serve, user, streamId, logger), CancellationToken.None);
    }

    /// <summary>Why the connection has ended in both directions; null while it has not, and when it ended as connections do. Known before the last byte is read.</summary>
    public StreamEnd? End { get; private set; }

    /// <param name="serve">Returns when all is done; the channel ends in order, behind what was written.</param>
    /// <param name="streamId">For the log.</param>
    /// <param name="logger">The log.</param>
    /// <param name="time">The clock.</param>
    public static ServedChannel Start(Func<UserSide, Task<StreamEnd?>> serve, Guid streamId, ILogger logger, TimeProvider time) => new(new(), serve, streamId, logger, time);

    public override void Abort()
    {
        Channel.Abort();
        _aborted.Cancel();
    }

    /// <summary>What the user sent before is delivered; who wants that not calls <see cref="Abort"/> before.</summary>
    public override async ValueTask DisposeAsync()
    {
        await Channel.CompleteWritesAsync(CancellationToken.None).ConfigureAwait(false);
        await _left.CancelAsync().ConfigureAwait(false);
        try
        {
            await _serving.WaitAsync(s_deliveryLimit, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await _aborted.CancelAsync().ConfigureAwait(false);
        }

        await Channel.DisposeAsync().ConfigureAwait(false);
        await _serving.ConfigureAwait(false);
    }

    private async Task ServeAsync(Func<UserSide, Task<StreamEnd?>> serve, UserSide user, Guid streamId, ILogger logger)
    {
        await using (user.Stream.ConfigureAwait(false))
        {
            try
            {
                End = await serve(user).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (user.Aborted.IsCancellationRequested)
            {
                End = StreamEnd.LocalFailed; // whoever aborted has a reason of its own
            }
            catch (Exception ex) // the owner of the connection: a bug ends one user's, and is told
            {
                TlsLog.Faulted(logger, streamId, ex);
                End = StreamEnd.LocalFailed;
            }
        }
    }
}
