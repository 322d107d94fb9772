using System.Diagnostics;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.Edge.Peeking;
using Nexus.Edge.Routing;
using Nexus.Protocol.Channels;
using Nexus.Protocol.ProxyProtocol;
using Route = Nexus.Edge.Routing.Route;

namespace Nexus.Edge.Passthrough;

/// <summary>One user connection on a relay port, from its first byte to its end.</summary>
internal sealed class PassthroughConnection(SocketChannel user, Arrival arrival, PassthroughParts parts)
{
    private readonly long _accepted = parts.Time.GetTimestamp();
    private OpenRefusal _targetRefusal;

    /// <summary>The user's, also when a load balancer stands in between.</summary>
    public RelayAddresses Addresses { get; private set; } = arrival.Addresses;

    /// <summary>What was asked for; null until it is known.</summary>
    public string? Host { get; private set; }

    public long BytesToBackend { get; private set; }

    public long BytesToUser { get; private set; }

    /// <exception cref="OperationCanceledException"><paramref name="aborted"/> fired before the relaying began.</exception>
    public async Task<CloseReason> ServeAsync(CancellationToken aborted)
    {
        using var firstBytes = new FirstBytesReader(user);
        if (await ReadProxyHeaderAsync(firstBytes, aborted) is { } unproxied) return unproxied;
        var (refusal, route) = await FindRouteAsync(firstBytes, aborted);
        if (route is null) return await RefuseAsync(refusal, firstBytes, aborted);

        var lastWords = Refusal.WordsFor(CloseReason.BackendReset, OpenRefusal.None, firstBytes.Prelude.Span);
        SuddenEnd.IsReset(user.Socket); // should this process die: what opens a stream may have been answered before the call returns
        var opened = await parts.Opener.OpenAsync(route, Describe(firstBytes.Result), firstBytes.Prelude, new UserOffer(user, lastWords), aborted);
        _targetRefusal = opened.Result.Refusal;
        if (_targetRefusal != OpenRefusal.None)
        {
            SuddenEnd.IsOrderly(user.Socket);
            return await RefuseAsync(CloseReason.NoTarget, firstBytes, aborted);
        }

        BytesToBackend = firstBytes.Prelude.Length;
        firstBytes.Dispose(); // delivered; a long life needs no buffer
        if (opened.HandedOver is { } handedOver) return await FollowAsync(handedOver);
        await using var backend = opened.Result.Channel ?? throw new InvalidOperationException("Neither refused nor taken.");
        return await RelayAsync(backend, lastWords, aborted);
    }

    /// <summary>The connection is a hub's: what is left is to know of it while it lasts.</summary>
    private async ValueTask<CloseReason> FollowAsync(HandedOverStream handedOver)
    {
        var end = await handedOver.Ended;
        if (end.Reason is not { } word) return parts.HandOvers.IsLeaving ? CloseReason.HandedOver : CloseReason.TargetLost;
        BytesToBackend = end.BytesFromUser;
        BytesToUser = end.BytesToUser;
        return HubEnd.ToCloseReason(word);
    }

    /// <param name="backend">The stream.</param>
    /// <param name="lastWords">What the user is told if the backend breaks before it has sent anything.</param>
    /// <param name="aborted">Ends it.</param>
    private async ValueTask<CloseReason> RelayAsync(IByteChannel backend, byte[] lastWords, CancellationToken aborted)
    {
        await using var unanswered = new UnansweredUser(user);
        var end = await DuplexRelay.RunAsync(unanswered, backend, parts.RelayOptions, parts.Time, aborted);
        BytesToBackend += end.BytesFromFirst;
        BytesToUser = end.BytesFromSecond;
        var reason = ReasonFor(end, backend);
        if (reason == CloseReason.Completed || unanswered.IsSpared) SuddenEnd.IsOrderly(user.Socket);
        if (!unanswered.IsSpared) return reason;
        if (reason is CloseReason.BackendReset or CloseReason.DialFailed && lastWords.Length > 0) await LingeringClose.RunAsync(user, lastWords, parts.Time, aborted);
        else if (reason != CloseReason.DialFailed) user.Abort();
        return reason;
    }

    /// <summary>From a load balancer: whose connection it is. Null when that is settled.</summary>
    private async ValueTask<CloseReason?> ReadProxyHeaderAsync(FirstBytesReader firstBytes, CancellationToken aborted)
    {
        if (arrival.TryCharge is not { } tryCharge) return null;
        if (parts.Slots.TryTake(Addresses.Client.Address) is not { } slot) return CloseReason.PeekSlotsFull;
        var header = default(ProxyHeaderResult);
        using (slot)
        using (var deadline = new PeekDeadline(parts.PeekOptions, parts.PeekOptions.FirstByte, _accepted, slot, parts.Time, aborted))
            header = await firstBytes.ReadProxyHeaderAsync(deadline, parts.Proxies.MaxHeaderBytes);

        if (header.End != PeekEnd.Decided) return ReasonFor(header.End);
        if (header.Status == ProxyHeaderStatus.NotProxy && parts.Proxies.IsHeaderOptional) return null;
        if (header.Status != ProxyHeaderStatus.Found) return CloseReason.BadProxyHeader;
        if (!header.Addresses.HasEndPoints) return null; // the load balancer's own, e.g. a health check
        Addresses = Addresses with { Client = header.Addresses.Source.Unmapped().ToIPEndPoint() };
        return tryCharge(Addresses.Client.Address) ? null : CloseReason.ClientLimit;
    }

    /// <summary>Where it is to go; without a route, why nowhere.</summary>
    private async ValueTask<(CloseReason Refusal, Route? Route)> FindRouteAsync(FirstBytesReader firstBytes, CancellationToken aborted)
    {
        if (arrival.IsClaimOnly) return (CloseReason.UnclaimedPort, FindClaim());

        var end = await PeekAsync(firstBytes, aborted);
        var asked = firstBytes.Result;
        if (end != PeekEnd.Decided) return (ReasonFor(end), MayMeanTheClaim(end, firstBytes.Prelude.Span) ? FindClaim() : null);
        if (!asked.IsFound)
        {
            // A name that cannot be is still a name: only who names nobody gets to the claim.
            return (ReasonFor(asked.Status), asked.Status is PeekStatus.BadName or PeekStatus.TooLarge ? null : FindClaim());
        }
        Host = asked.Host;
        return (CloseReason.UnknownHost, parts.Routes.Table.FindHost(asked.Host));
    }

    private async ValueTask<PeekEnd> PeekAsync(FirstBytesReader firstBytes, CancellationToken aborted)
    {
        if (parts.Slots.TryTake(Addresses.Client.Address) is not { } slot) return PeekEnd.Withdrawn;
        parts.PeekMetrics.Started();
        var options = parts.PeekOptions;
        var firstByte = FindClaim() is not null && options.FirstByteOnClaimedPort < options.FirstByte ? options.FirstByteOnClaimedPort : options.FirstByte;
        using var deadline = new PeekDeadline(options, firstByte, _accepted, slot, parts.Time, aborted);
        try
        {
            return await firstBytes.ReadAsync(deadline);
        }
        finally
        {
            slot.Dispose();
            parts.PeekMetrics.Ended(deadline.Elapsed);
        }
    }

    private Route? FindClaim() => parts.Routes.Table.FindTcpPort(Addresses.LocalPort);

    /// <summary>Silence (the server is to speak first), or something short that could have become a name and did not. Not half a hello.</summary>
    private static bool MayMeanTheClaim(PeekEnd end, ReadOnlySpan<byte> firstBytes) => end switch
    {
        PeekEnd.TimedOut => !TlsAlert.IsUnderstoodBy(firstBytes),
        PeekEnd.Ended => !firstBytes.IsEmpty && !TlsAlert.IsUnderstoodBy(firstBytes),
        _ => false,
    };

    private async ValueTask<CloseReason> RefuseAsync(CloseReason reason, FirstBytesReader firstBytes, CancellationToken aborted)
    {
        var words = Refusal.WordsFor(reason, _targetRefusal, firstBytes.Prelude.Span);
        firstBytes.Dispose();
        if (words.Length > 0) await LingeringClose.RunAsync(user, words, parts.Time, aborted);
        return reason;
    }

    private OpenStream Describe(PeekResult asked) => new()
    {
        ClientAddress = Addresses.ClientText,
        LocalPort = Addresses.LocalPort,
        Host = Host ?? "",
        ClaimedPort = Host is null ? Addresses.LocalPort : 0,
        IsTls = asked.IsTls,
        TraceParent = Activity.Current?.Id ?? "",
        TraceState = Activity.Current?.TraceStateString ?? "",
    };

    private static CloseReason ReasonFor(PeekEnd end) => end switch
    {
        PeekEnd.TimedOut => CloseReason.PeekTimeout,
        PeekEnd.Withdrawn => CloseReason.PeekSlotsFull,
        _ => CloseReason.UserLeft,
    };

    private static CloseReason ReasonFor(PeekStatus status) => status switch
    {
        PeekStatus.NoName => CloseReason.NoName,
        PeekStatus.BadName => CloseReason.BadName,
        PeekStatus.TooLarge => CloseReason.PeekTooLarge,
        PeekStatus.NotRecognized => CloseReason.NotRecognized,
        _ => CloseReason.Malformed,
    };

    private static CloseReason ReasonFor(RelayEnd end, IByteChannel backend) => end.Reason switch
    {
        RelayEndReason.Completed => CloseReason.Completed,
        RelayEndReason.IdleTimeout => CloseReason.IdleTimeout,
        RelayEndReason.Cancelled => CloseReason.Stopped,
        _ when end.Side == RelaySide.First => CloseReason.UserReset,
        _ => backend is RelayClientChannel { EndReason: HubEnd.DialFailed } ? CloseReason.DialFailed : CloseReason.BackendReset,
    };
}
