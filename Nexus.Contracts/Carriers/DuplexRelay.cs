using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// Moves bytes between two channels in both directions. An orderly end of one side is passed on and the other direction goes
/// on; the first failure decides, breaks both sides, and both directions are awaited before the relay returns.
/// </summary>
/// <remarks>Holds no buffer while a direction waits, and allocates nothing per chunk.</remarks>
public static class DuplexRelay
{
    /// <summary>Relays until both directions have ended. The channels stay the caller's, who disposes them.</summary>
    /// <param name="first">Usually the user's side.</param>
    /// <param name="second">Usually the backend's side.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">For the idle limits.</param>
    /// <param name="cancellationToken">Breaks both sides; the relay returns with <see cref="RelayEndReason.Cancelled"/> and does not throw.</param>
    public static async Task<RelayEnd> RunAsync(
        IByteChannel first, IByteChannel second, DuplexRelayOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        using var run = new RelayRun(first, second, options, time);
        using (cancellationToken.UnsafeRegister(static state => ((RelayRun)state!).Cancel(), run))
        {
            await run.RunAsync().ConfigureAwait(false);
        }

        return run.GetEnd();
    }
}
