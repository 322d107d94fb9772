using System.Net;
using Microsoft.Extensions.Options;

namespace Nexus.Hub.Outbound;

/// <summary>Dials a target: one look-up, the rules on its addresses, a connection to one of exactly these addresses.</summary>
internal sealed class OutboundDialer(HostLookups lookups, DestinationRules rules, IOptionsMonitor<OutboundOptions> options, TimeProvider time)
{
    /// <summary>More addresses of one name than this are not tried: its owner could make the hub knock at many doors.</summary>
    private const int MaxAddresses = 8;

    /// <param name="backend">Who wants it, the same in all its sessions.</param>
    /// <param name="target">What to dial.</param>
    /// <param name="cancellationToken">The backend has left, or does not want it any more.</param>
    public async Task<OutboundDial> DialAsync(string backend, OutboundTarget target, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.CurrentValue.DialLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var addresses = await lookups.FindAsync(backend, target.Host, either.Token);
            if (addresses.Count == 0) return OutboundDial.Refused(OutboundRefusal.NotResolved);
            IPAddress[] allowed = [.. addresses.Where(rules.IsAllowed).Select(ToDialled).Distinct().Take(MaxAddresses)];
            if (allowed.Length == 0) return OutboundDial.Refused(OutboundRefusal.DestinationDenied);
            var socket = await new ConnectRace(target.Port, time).RunAsync(allowed, either.Token);
            if (socket is not null) return OutboundDial.Connected(socket);
            either.Token.ThrowIfCancellationRequested();
            return OutboundDial.Refused(OutboundRefusal.DialFailed);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return OutboundDial.Refused(cancellationToken.IsCancellationRequested ? OutboundRefusal.Cancelled : OutboundRefusal.TimedOut);
        }
    }

    /// <summary>A socket of one family cannot dial IPv4 mapped into the other. The zone of a link-local address stays.</summary>
    private static IPAddress ToDialled(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
