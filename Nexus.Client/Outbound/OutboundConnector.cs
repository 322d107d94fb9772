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
}
