using System.Net.Security;
using System.Security.Authentication;
using Microsoft.Extensions.Options;

namespace Nexus.WebSocketHosting.Listening;

/// <summary>What a service decides about its WebSocket listener, and hears of those that it turns away.</summary>
internal interface IWebSocketGate
{
    /// <summary>The same at any time. Asked for while Kestrel is configured, too: nothing may have been started for it.</summary>
    /// <exception cref="OptionsValidationException">The service's options are wrong: it will not start.</exception>
    WebSocketTerms Terms { get; }

    /// <summary>TLS settings for one handshake.</summary>
    /// <exception cref="AuthenticationException">None can succeed yet.</exception>
    SslServerAuthenticationOptions ForHandshake();

    /// <summary>
    /// TLS settings for the handshake of an authority that wants a name proven (RFC 8737), by the name that it asks for; they may fail as
    /// <see cref="ForHandshake"/>. Null: this listener proves none.
    /// </summary>
    Func<string, CancellationToken, ValueTask<SslServerAuthenticationOptions>>? Proofs => null;

    /// <summary>A connection was turned away before TLS.</summary>
    void ConnectionRefused(AdmissionRefusal refusal);

    /// <summary>A request was no valid upgrade.</summary>
    void UpgradeRefused(int statusCode);
}
