using Nexus.Client.InProcess;
using Nexus.Client.LocalRouting;
using Nexus.Client.Sessions;

namespace Nexus.Client.Outbound;

/// <summary>
/// Chooses the hub that a connection leaves through: the first address in the order of the options that has a session, so that
/// the public address at the far end stays the same while that hub is there.
/// </summary>
internal sealed class OutboundConnector(Func<IEnumerable<AddressLoop>> loops)
{
    /// <inheritdoc cref="SessionOutbound.RequestAsync"/>
    public Task<OutboundAnswer> ConnectAsync(OutboundAddress target, Func<CancellationToken, Task<OpenedLocal>> open, CancellationToken cancellationToken)
    {
        AddressLoop[] present = [.. loops()];
        var session = present.FirstOrDefault(loop => loop.Info.State == NexusSessionState.Connected)?.Outbound
            ?? present.Select(loop => loop.Outbound).FirstOrDefault(outbound => outbound is not null);
        return session is null ? Task.FromResult(new OutboundAnswer(OutboundOutcome.NoSession)) : session.RequestAsync(target, open, cancellationToken);
    }

    /// <summary>The same for this application: the connection is a stream, which must be disposed.</summary>
    /// <exception cref="NexusOutboundException">There is no connection.</exception>
    public async Task<Stream> OpenStreamAsync(OutboundAddress target, CancellationToken cancellationToken)
    {
        var pipes = new InProcessPipes();
        var stream = pipes.CreateStream();
        var answer = await ConnectAsync(target, ended => Task.FromResult(Open(pipes, ended)), cancellationToken).ConfigureAwait(false);
        if (answer.Outcome == OutboundOutcome.Connected) return stream;
        await stream.DisposeAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        throw Failure(answer);
    }

    private static OpenedLocal Open(InProcessPipes pipes, CancellationToken ended)
    {
        var channel = new PipeChannel(pipes);
        if (ended.IsCancellationRequested) channel.Abort(); // the stream is closed at once: the application sees that it broke
        return OpenedLocal.Opened(channel);
    }

    private static NexusOutboundException Failure(OutboundAnswer answer) => answer.Outcome switch
    {
        OutboundOutcome.Refused => new(NexusOutboundError.Refused, answer.Reason),
        OutboundOutcome.TimedOut => new(NexusOutboundError.TimedOut, null),
        _ => new(NexusOutboundError.NoSession, null),
    };
}
