namespace Nexus.Hub.Sessions;

/// <summary>How long a stream may stand still in which state.</summary>
/// <param name="Idle">Nothing in either direction; zero: without limit.</param>
/// <param name="HalfClosedIdle">Nothing in either direction after one side's FIN.</param>
/// <param name="UserStall">Bytes wait for the user, and it takes none.</param>
internal readonly record struct StreamLimits(TimeSpan Idle, TimeSpan HalfClosedIdle, TimeSpan UserStall)
{
    public static StreamLimits Of(SessionsOptions options) => new(options.StreamIdleTimeout, options.HalfClosedIdleTimeout, options.UserStallTimeout);
}
