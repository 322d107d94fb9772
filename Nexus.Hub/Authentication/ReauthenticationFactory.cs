using Nexus.Protocol.Backend;

namespace Nexus.Hub.Authentication;

/// <summary>Makes the watch over a new session's tokens.</summary>
internal sealed class ReauthenticationFactory(
    CurrentAuthentication current, TokenValidator validator, AuthorizerStatus status, AuthenticationMetrics metrics, TimeProvider time)
{
    public Reauthentication Create(BackendIdentity identity, SessionTerms terms) => new(identity, terms, current, validator, status, metrics, time);
}
