using System.ComponentModel.DataAnnotations;
using System.Net;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Sessions;

/// <summary>Where backends connect and how much of the hub they may use.</summary>
internal sealed class SessionsOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Hub:Sessions";

    private static readonly TimeSpan s_leastFrozenAfter = TimeSpan.FromSeconds(6); // a ping is sent at half of it, at the full second after

    /// <summary>Address and port of the TLS listener that backends dial. Port 0 takes a free one.</summary>
    [Required] public string ListenAddress { get; set; } = "0.0.0.0:8443";

    /// <summary>Connections that have not authenticated yet, all together. Each holds a TLS session and a 64 KiB limit of input.</summary>
    [Range(1, 1_000_000)] public int MaxUnauthenticated { get; set; } = 1024;

    /// <summary>The same from one address (one /64 for IPv6): a backend needs one or two; many may share one NAT.</summary>
    [Range(1, 1_000_000)] public int MaxUnauthenticatedPerAddress { get; set; } = 64;

    /// <summary>Handshakes from one address (one /64 for IPv6) that may fail before it is told to wait; zero: any number. A misconfigured
    /// backend tries every 5 s, and must not lock out its neighbours behind the same address at once.</summary>
    [Range(0, 100_000)] public int FailureBurst { get; set; } = 20;

    /// <summary>After this long one failure is forgiven.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")] public TimeSpan FailureRefillInterval { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>Addresses whose failures are remembered, 200 bytes each; beyond that the oldest are forgotten.</summary>
    [Range(1, 1_000_000)] public int MaxThrottledAddresses { get; set; } = 10_000;

    [Range(1, 1_000_000)] public int MaxSessions { get; set; } = 10_000;

    /// <summary>User connections of one session. A local service rarely takes more; beyond it users are refused, not queued.</summary>
    [Range(1, 1_000_000)] public int MaxStreamsPerSession { get; set; } = 10_000;

    /// <summary>UDP flows of one session. A flow costs less than 1 KiB; the edges bound theirs by the same number.</summary>
    [Range(1, 1_000_000)] public int MaxFlowsPerSession { get; set; } = 200_000;

    /// <summary>Names and ports of one token: what one backend may add to the route tables of the whole region.</summary>
    [Range(1, 100_000)] public int MaxRoutesPerSession { get; set; } = 1000;

    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")] public TimeSpan TlsHandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>From accepting a connection to its upgrade: TLS and the HTTP head together.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")] public TimeSpan UpgradeTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>For each of the two tokens of the handshake (spec/node.md §1.3).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")] public TimeSpan TokenTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A session that has been silent this long is asked for a sign of life before it gets a new user.
    /// The original client pings every 5 s, so two lost pings make it doubtful.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")] public TimeSpan QuietAfter { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>How long such a session may take to answer before it is ended. The original client reads nothing while its
    /// token command runs, up to 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")] public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A session from which nothing at all comes for so long, no ping and no answer to one, ends: its process is stopped or cut off. Zero: only
    /// the original's 60 s count; else at least 6 s. Clients ping every 5 s, so two of them are missing by then, and their users wait no longer than 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")] public TimeSpan FrozenAfter { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>Megabytes that should wait in the hub for users who read slowly, all sessions together: the nearer it gets to that, the sooner backends are
    /// asked to pause a stream, and from half on they get few credits. What is on its way then comes on top, and up to 128 KiB for each user.
    /// 48 hold the whole windows of 20 users who stall.</summary>
    [Range(1, 1_048_576)] public int PauseAboveMegabytes { get; set; } = 48;

    /// <summary>The same for backends that do not pause; looked at once per second. Beyond it the streams that hold most are reset until it fits.
    /// One stream holds at most 4.</summary>
    [Range(8, 1_048_576)] public int MaxQueuedMegabytes { get; set; } = 512;

    /// <summary>A user connection on which nothing moves in either direction for so long ends; zero: never, as in the original.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")] public TimeSpan StreamIdleTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>The same after one side's FIN: backends may not know how to tell it, and some programs never close the other direction.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan HalfClosedIdleTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a user may leave untaken what waits for it, as web servers do with theirs.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan UserStallTimeout { get; set; } = TimeSpan.FromMinutes(1);

    internal StreamLimits StreamLimits => new(StreamIdleTimeout, HalfClosedIdleTimeout, UserStallTimeout);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IPEndPoint.TryParse(ListenAddress, out _))
        {
            yield return new($"{nameof(ListenAddress)} must be an IP address and a port, like 0.0.0.0:8443 or [::]:8443.", [nameof(ListenAddress)]);
        }

        if (FrozenAfter > TimeSpan.Zero && FrozenAfter < s_leastFrozenAfter)
        {
            yield return new($"{nameof(FrozenAfter)} must be 0, for off, or at least {s_leastFrozenAfter.TotalSeconds:0} s: half of it is for the answer to a ping.", [nameof(FrozenAfter)]);
        }

        if (MaxUnauthenticatedPerAddress > MaxUnauthenticated)
        {
            yield return new($"{nameof(MaxUnauthenticatedPerAddress)} must not be above {nameof(MaxUnauthenticated)}.", [nameof(MaxUnauthenticatedPerAddress)]);
        }
    }
}
