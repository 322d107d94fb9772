namespace Nexus.Client;

/// <summary>
/// Where tokens come from: an own program (<see cref="Command"/>, which wins), or a secret shared with the hub. The
/// numbers must not be negative.
/// </summary>
public sealed class NexusAttestationOptions
{
    /// <summary>Program to run for each token, found on the path, without a shell. Blank: tokens are signed here.</summary>
    public string Command { get; set; } = "";

    /// <summary>Arguments of <see cref="Command"/>, passed as they are.</summary>
    public IList<string> Args { get; set; } = [];

    /// <summary>Environment of <see cref="Command"/> beyond this process's own; <c>NEXUS_*</c> variables of the client win.</summary>
    public IDictionary<string, string> Env { get; set; } = new Dictionary<string, string>();

    /// <summary>Seconds that <see cref="Command"/> may take; 0 means 15. The hub itself waits 10 s for a token.</summary>
    public int TimeoutSeconds { get; set; }

    /// <summary>Seconds for which a handshake token is used again; 0 means never.</summary>
    public int CacheHandshakeSeconds { get; set; }

    /// <summary>Secret shared with the hub; white space around it is not part of it. Any length.</summary>
    public string HmacSecret { get; set; } = "";

    /// <summary>File with the secret; wins over <see cref="HmacSecret"/>. Read again for each token, so that it may be replaced.</summary>
    public string HmacSecretFile { get; set; } = "";

    /// <summary>Seconds that a token signed here is valid; 0 means 30.</summary>
    public int TokenTtlSeconds { get; set; }

    /// <summary>Greatest age in seconds that the hub accepts for a handshake token; 0 leaves it out of the token.</summary>
    public int HandshakeMaxAgeSeconds { get; set; }

    /// <summary>Seconds between re-authentications that the hub asks for; 0 for none.</summary>
    public int ReauthIntervalSeconds { get; set; }

    /// <summary>Seconds in which a re-authentication must be answered; 0 leaves it to the hub.</summary>
    public int ReauthGraceSeconds { get; set; }

    /// <summary>Seconds by which the hub may put off a re-authentication while the authorizer is away; 0 leaves it out.</summary>
    public int MaintenanceGraceCapSeconds { get; set; }

    /// <summary>https address at which the hub asks whether the authorizer is well; blank leaves it out.</summary>
    public string AuthorizerStatusUri { get; set; } = "";

    /// <summary>Free text that the token carries; blank leaves it out.</summary>
    public string PolicyVersion { get; set; } = "";

    /// <summary>Whether connections may leave through the hub.</summary>
    public bool OutboundAllowed { get; set; }

    /// <summary>Ports to which connections may leave; empty means all that the hub allows.</summary>
    public IList<int> AllowedOutboundPorts { get; set; } = [];
}
