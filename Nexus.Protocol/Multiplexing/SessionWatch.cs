namespace Nexus.Protocol.Multiplexing;

/// <summary>Keeps a session honest: pings the peer, and notices when it falls silent or stops taking bytes.</summary>
/// <param name="reader">Tells how long nothing came.</param>
/// <param name="writer">Pings, and tells how long its write has taken.</param>
/// <param name="time">The clock; looked at once per second.</param>
public sealed class SessionWatch(SessionReader reader, SessionWriter writer, TimeProvider time)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private long _roundTrip = -1; // in ticks; read from other threads

    /// <summary>Time between pings: 54 s on a hub, 5 s on a client (spec/node.md §0.1, spec/client.md §4.3).</summary>
    public required TimeSpan PingInterval { get; init; }

    /// <summary>Longest silence of the peer: 60 s on a hub, 10 s on a client.</summary>
    public required TimeSpan MaxSilence { get; init; }

    /// <summary>
    /// How long nothing at all may come, no ping and no part of a message, before the peer counts as stopped or cut off; after half of it the
    /// peer is asked by a ping. Zero: only <see cref="MaxSilence"/> counts.
    /// </summary>
    public TimeSpan MaxStillness { get; init; }

    /// <summary>Longest write: 10 s on both sides.</summary>
    public TimeSpan MaxWrite { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Called once per second, for the owner's own look at its streams. Must not wait.</summary>
    public Action? OnTick { get; init; }

    /// <summary>Whether the first ping is sent at the beginning, so that <see cref="RoundTrip"/> is known early.</summary>
    public bool PingsAtOnce { get; init; }

    /// <summary>How long the peer took to answer the last ping, what waited to be sent before it included; null before the first answer.</summary>
    public TimeSpan? RoundTrip => Volatile.Read(ref _roundTrip) is >= 0 and var ticks ? new(ticks) : null;

    private bool IsStill => MaxStillness > TimeSpan.Zero && reader.Stillness >= MaxStillness / 2;

    /// <summary>Watches until the session has to end.</summary>
    public async Task<SessionWatchEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_tick, time);
        var lastPing = time.GetTimestamp();
        if (PingsAtOnce) writer.Ping();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                if (writer.WriteDuration >= MaxWrite) return SessionWatchEnd.WriteStuck;
                if (reader.Silence >= MaxSilence) return SessionWatchEnd.PeerSilent;
                if (MaxStillness > TimeSpan.Zero && reader.Stillness >= MaxStillness) return SessionWatchEnd.PeerFrozen;
                if (reader.LastPong is var pong && pong > lastPing) Volatile.Write(ref _roundTrip, time.GetElapsedTime(lastPing, pong).Ticks);
                OnTick?.Invoke();
                if (time.GetElapsedTime(lastPing) < (IsStill ? MaxStillness / 2 : PingInterval)) continue;
                lastPing = time.GetTimestamp();
                writer.Ping();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The session ended for another reason.
        }

        return SessionWatchEnd.Cancelled;
    }
}
