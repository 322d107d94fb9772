using Nexus.Client.Streams;

namespace Nexus.Client.LocalRouting;

/// <summary>A UDP flow that a connect handler serves.</summary>
internal sealed class HandlerDatagrams(INexusDatagramChannel channel) : ILocalDatagrams
{
    public bool TrySend(ReadOnlySpan<byte> datagram) => channel.TrySend(datagram);

    public async Task<StreamEnd> ReceiveAsync(UserFlow flow, CancellationToken cancellationToken)
    {
        await foreach (var datagram in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) flow.Send(datagram.Span);
        return StreamEnd.Completed;
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
