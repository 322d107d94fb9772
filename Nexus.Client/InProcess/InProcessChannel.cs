using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Nexus.Protocol.Channels;

namespace Nexus.Client.InProcess;

/// <summary>
/// A user's connection that a function of the application serves. The function runs for as long as it wants; its return ends
/// the user's connection in order, an exception breaks it, and its token tells it that the user is gone.
/// </summary>
internal sealed class InProcessChannel : PipedChannel
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _serving;

    private InProcessChannel(InProcessPipes pipes, NexusConnectResult.RunResult run, Guid streamId, ILogger logger)
        : base(pipes)
    {
        // On the pool: the function is foreign code and may compute before its first await.
        _serving = Task.Run(() => ServeAsync(run, pipes.CreateStream(), pipes.ApplicationOutput, streamId, logger), CancellationToken.None);
    }

    public static IByteChannel Start(NexusConnectResult.RunResult run, Guid streamId, ILogger logger) => new InProcessChannel(new(), run, streamId, logger);

    public override void Abort()
    {
        Channel.Abort();
        _ended.Cancel();
    }

    public override async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await Channel.DisposeAsync().ConfigureAwait(false);
        await _serving.ConfigureAwait(false);
    }

    private async Task ServeAsync(NexusConnectResult.RunResult run, InProcessStream stream, PipeWriter toUser, Guid streamId, ILogger logger)
    {
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                await run.ServeAsync(stream, _ended.Token).ConfigureAwait(false);
            }
            catch (Exception ex) // foreign code: whatever it throws ends this user's connection and nothing else
            {
                if (!_ended.IsCancellationRequested) LocalRouting.RoutingLog.FunctionFailed(logger, streamId, ex);
                await toUser.CompleteAsync(ex).ConfigureAwait(false);
            }
        }
    }
}
