namespace Nexus.Hub.Authentication;

internal static partial class AuthenticationLog
{
    [LoggerMessage(1, LogLevel.Warning, "The remote verifier is asked over plain http: whoever sits in between can answer for it.")]
    public static partial void PlainVerifier(ILogger logger);

    [LoggerMessage(2, LogLevel.Information, "New authentication settings are in force, {Secrets} secrets. Other addresses of the trusted roots and certificates for authorizers need a restart.")]
    public static partial void Reloaded(ILogger logger, int secrets);

    [LoggerMessage(3, LogLevel.Warning, "The remote verifier is away ({Outcome}).")]
    public static partial void VerifierAway(ILogger logger, VerifierOutcome outcome);

    [LoggerMessage(4, LogLevel.Information, "The remote verifier is back.")]
    public static partial void VerifierBack(ILogger logger);

    [LoggerMessage(5, LogLevel.Information, "{Keys} public keys are in force; {PassedOver} entries of the key set were passed over.")]
    public static partial void KeySetChanged(ILogger logger, int keys, int passedOver);

    [LoggerMessage(6, LogLevel.Warning, "The key set cannot be read ({Result}); {Keys} keys stay in force.")]
    public static partial void KeySetNotRead(ILogger logger, KeySetRefresh result, int keys);
}
