namespace Nexus.Hub.OrchestratorRegistration;

internal static partial class OrchestratorRegistrationLog
{
    [LoggerMessage(1, LogLevel.Information, "Registered at the orchestrator; heartbeat every {Interval}.")]
    public static partial void Registered(ILogger logger, TimeSpan interval);

    [LoggerMessage(2, LogLevel.Warning, "Not registered at the orchestrator: {Outcome}; next attempt in {Wait}.")]
    public static partial void Failed(ILogger logger, RegistrationOutcome outcome, TimeSpan wait);

    [LoggerMessage(3, LogLevel.Error, "The orchestrator refuses this hub; it is not asked again before a restart.")]
    public static partial void Refused(ILogger logger);
}
