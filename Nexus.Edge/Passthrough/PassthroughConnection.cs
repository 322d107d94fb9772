using System.Diagnostics;
using Nexus.Contracts.Carriers;
using Nexus.Edge.Peeking;
using Nexus.Protocol.Channels;

namespace Nexus.Edge.Passthrough;

/// <summary>One user connection on a relay port, from its first byte to its end.</summary>
internal sealed class PassthroughConnection(IByteChannel user, RelayAddresses addresses, PassthroughParts parts)
{
    /// <summary>What was asked for; null until it is known.</summary>
    public string? Host { get; private set; }

    public long BytesToBackend { get; private set; }

    public long BytesToUser { get; private set; }

    /// <exception cref="OperationCanceledException"><paramref name="aborted"/> fired before the relaying began.</exception>
    public async Task<CloseReason> ServeAsync(CancellationToken aborted)
    {
        using var firstBytes = new FirstBytesReader(user);
        if (parts.Slots.TryTake(addresses.Client.Address) is not { } slot) return CloseReason.PeekSlotsFull;
        var refusal = await PeekAsync(firstBytes, slot, aborted);
        if (refusal is not null) return refusal.Value;
        if (firstBytes.Result is not { IsFound: true } asked) return ReasonFor(firstBytes.Result.Status);

        Host = asked.Host;
        if (parts.Routes.Table.FindHost(asked.Host) is not { } route) return CloseReason.UnknownHost;

        var opened = await parts.Opener.OpenAsync(route, Describe(asked), firstBytes.Prelude, aborted);
        if (!opened.IsAccepted) return CloseReason.NoTarget;
        await using var backend = opened.Channel;
        BytesToBackend = firstBytes.Prelude.Length;
        firstBytes.Dispose(); // delivered; a long life needs no buffer

        var end = await DuplexRelay.RunAsync(user, backend, parts.RelayOptions, parts.Time, aborted);
        BytesToBackend += end.BytesFromFirst;
        BytesToUser = end.BytesFromSecond;
        return ReasonFor(end);
    }

    /// <summary>Null when the parser has decided.</summary>
    private async ValueTask<CloseReason?> PeekAsync(FirstBytesReader firstBytes, PeekSlot slot, CancellationToken aborted)
    {
        parts.PeekMetrics.Started();
        using var deadline = new PeekDeadline(parts.PeekOptions, parts.Time, slot.Withdrawn, aborted);
        try
        {
            return await firstBytes.ReadAsync(deadline) switch
            {
                PeekEnd.Decided => null,
                PeekEnd.TimedOut => CloseReason.PeekTimeout,
                PeekEnd.Withdrawn => CloseReason.PeekSlotsFull,
                _ => CloseReason.UserLeft,
            };
        }
        finally
        {
            slot.Dispose();
            parts.PeekMetrics.Ended(deadline.Elapsed);
        }
    }

    private OpenStream Describe(PeekResult asked) => new()
    {
        ClientAddress = addresses.ClientText,
        LocalPort = addresses.LocalPort,
        Host = asked.Host ?? "",
        IsTls = asked.IsTls,
        TraceParent = Activity.Current?.Id ?? "",
        TraceState = Activity.Current?.TraceStateString ?? "",
    };

    private static CloseReason ReasonFor(PeekStatus status) => status switch
    {
        PeekStatus.NoName => CloseReason.NoName,
        PeekStatus.BadName => CloseReason.BadName,
        PeekStatus.TooLarge => CloseReason.PeekTooLarge,
        PeekStatus.NotRecognized => CloseReason.NotRecognized,
        _ => CloseReason.Malformed,
    };

    private static CloseReason ReasonFor(RelayEnd end) => end.Reason switch
    {
        RelayEndReason.Completed => CloseReason.Completed,
        RelayEndReason.IdleTimeout => CloseReason.IdleTimeout,
        RelayEndReason.Cancelled => CloseReason.Stopped,
        _ => end.Side == RelaySide.First ? CloseReason.UserReset : CloseReason.BackendReset,
    };
}
