using Nexus.Protocol.WebSockets;

namespace Nexus.Hub.Sessions;

/// <summary>What the end of a handshake means to the backend.</summary>
internal static class HandshakeOutcomes
{
    /// <summary>
    /// Code and text of the close frame; null when there is none to send. The original client looks for certain words in the text
    /// and then waits a minute or gives up for good (spec/node.md §1.9). Only the throttled one contains one, to make it wait.
    /// </summary>
    public static (ushort Code, string Text)? ToClose(this HandshakeResult result) => result.Outcome switch
    {
        HandshakeOutcome.FirstTokenTimeout => Refuse("no token in time"),
        HandshakeOutcome.FirstTokenNotText => Refuse("a token is a text message"),
        HandshakeOutcome.SecondTokenTimeout => Refuse("no answer to the challenge in time"),
        HandshakeOutcome.SecondTokenNotText => Refuse("the answer to the challenge is a text message"),
        HandshakeOutcome.FirstTokenRefused or HandshakeOutcome.SecondTokenRefused => Refuse(result.Refusal?.Text ?? ""),
        HandshakeOutcome.TooManyRoutes => Refuse("the token claims too many hostnames and ports"),
        HandshakeOutcome.NameTaken => Refuse("a hostname or port is served by another owner"),
        HandshakeOutcome.Throttled => Refuse("rate limit: too many failed attempts, try again in a minute"),
        HandshakeOutcome.HubFull => Refuse("the hub has as many sessions as it may"),
        HandshakeOutcome.Draining => (WebSocketCloseCode.GoingAway, "the hub stops"),
        // The receiver has answered by itself, or nobody is there.
        HandshakeOutcome.Accepted or HandshakeOutcome.PeerLeft or HandshakeOutcome.ProtocolError => null,
        _ => throw new ArgumentOutOfRangeException(nameof(result), result.Outcome, null),
    };

    /// <summary>Whether the backend is to blame. One that leaves after its challenge has made the hub work in vain as well.</summary>
    public static bool IsFailure(this HandshakeResult result) => result.Outcome switch
    {
        HandshakeOutcome.FirstTokenRefused or HandshakeOutcome.SecondTokenRefused => result.Refusal?.IsOurs != true,
        HandshakeOutcome.FirstTokenTimeout or HandshakeOutcome.SecondTokenTimeout => true,
        HandshakeOutcome.FirstTokenNotText or HandshakeOutcome.SecondTokenNotText => true,
        HandshakeOutcome.TooManyRoutes or HandshakeOutcome.NameTaken or HandshakeOutcome.ProtocolError => true,
        HandshakeOutcome.PeerLeft => result.WasChallenged,
        _ => false,
    };

    private static (ushort Code, string Text)? Refuse(string text) => (WebSocketCloseCode.PolicyViolation, text);
}
