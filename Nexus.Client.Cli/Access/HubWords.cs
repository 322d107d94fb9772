namespace Nexus.Client.Cli.Access;

/// <summary>What a failed attempt at a hub means and what to do about it, in words for people who have not read the protocol.</summary>
internal static class HubWords
{
    /// <param name="error">Why it failed.</param>
    /// <param name="server">The hub's address.</param>
    /// <param name="text">What was said about it.</param>
    /// <returns>One or two sentences.</returns>
    public static string Explain(NexusConnectError error, Uri server, string? text) => error switch
    {
        NexusConnectError.NameNotResolved => $"{server.Host} has no address: is the name right, and does DNS work on this machine?",
        NexusConnectError.ConnectionRefused => $"Nobody listens at {server.Host} port {server.Port}: is the hub running, and is this its port (backendListenAddress)?",
        NexusConnectError.Timeout => $"{server.Host} port {server.Port} did not answer in time: a firewall between here and there may drop it, or the hub is overloaded.",
        NexusConnectError.NetworkFailed => $"{server.Host} port {server.Port} cannot be reached: {Said(text)}",
        NexusConnectError.ProxyRefused => $"The proxy of HTTPS_PROXY does not let us through to {server.Host} port {server.Port}: {Said(text)}",
        NexusConnectError.TlsFailed => $"The hub's certificate is not good for {server.Host}: {Said(text)} If it is of an authority of your own, name its PEM file with --ca.",
        NexusConnectError.UpgradeRefused => $"Something answers at {server.Host} port {server.Port}, but no hub: {Said(text)}",
        NexusConnectError.RateLimited => $"The hub wants fewer attempts: {Said(text)} It is asked again later.",
        NexusConnectError.AuthenticationFailed => $"The hub does not accept the token: {Said(text)} The token must be the hub's secret (backendsJWTSecret), and this machine's clock must be right.",
        NexusConnectError.TokenUnavailable => $"There is no token to show: {Said(text)}",
        NexusConnectError.ChallengeInvalid => $"{server.Host} port {server.Port} does not speak the hub's protocol: {Said(text)}",
        NexusConnectError.RejectedEarly => $"The hub ended the connection: {Said(text)} Most often the token is not accepted, or the name is somebody else's.",
        NexusConnectError.Unexpected => $"It failed in a way that was not foreseen: {Said(text)}",
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "Unknown error."),
    };

    private static string Said(string? text) => string.IsNullOrWhiteSpace(text) ? "it did not say why." : text.TrimEnd() is var said && said.EndsWith('.') ? said : $"{said}.";
}
