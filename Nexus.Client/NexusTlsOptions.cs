using System.Security.Cryptography.X509Certificates;

namespace Nexus.Client;

/// <summary>
/// How certificates for targets with <see cref="NexusTlsMode.Auto"/> are obtained (RFC 8555). Using that mode is the agreement to the
/// authority's terms of service. Keys and the account never leave this machine.
/// </summary>
public sealed class NexusTlsOptions
{
    /// <summary>Directory address of the authority, https; blank: Let's Encrypt.</summary>
    public string Directory { get; set; } = "";

    /// <summary>
    /// Folder for the account, the orders and the certificates, readable by its owner only; made when it is missing. Several processes may
    /// share it. Blank: <c>nexus</c> in the user's folder for state (<c>$XDG_STATE_HOME</c>, else <c>~/.local/state</c>; on Windows the local
    /// application data).
    /// </summary>
    public string StateDirectory { get; set; } = "";

    /// <summary>Where the authority writes to when something is wrong, such as <c>mailto:admin@example.com</c>; may be empty.</summary>
    public IList<string> Contacts { get; set; } = [];

    /// <summary>Key identifier of the customer account that the authority asks for (RFC 8555 §7.3.4); blank for none.</summary>
    public string ExternalAccountId { get; set; } = "";

    /// <summary>File with the MAC key of <see cref="ExternalAccountId"/>, base64url; both or none.</summary>
    public string ExternalAccountKeyFile { get; set; } = "";

    /// <summary>PEM file with the roots that the authority's own TLS certificate must lead to, for one inside; blank: the machine's.</summary>
    public string AuthorityCertificateFile { get; set; } = "";

    /// <summary>The same roots from code, beside those of <see cref="AuthorityCertificateFile"/>; null for none. Has no place in the YAML file.</summary>
    public X509Certificate2Collection? AuthorityCertificates { get; set; }

    /// <summary>One of the authority's profiles; blank for its usual one.</summary>
    public string Profile { get; set; } = "";

    /// <summary>
    /// Ways to prove a host name, the preferred one first: <c>tls-alpn-01</c> (by the ports mapped for TLS) and <c>http-01</c> (by the
    /// hub's port for plain HTTP). Empty: both, in this order.
    /// </summary>
    public IList<string> Challenges { get; set; } = [];

    /// <summary>Most orders within an hour for the same name, 1 to 100. Let's Encrypt allows five failed proofs of a name an hour.</summary>
    public int MaxOrdersPerHour { get; set; } = 5;

    /// <summary>
    /// Whether the first attempt is made at once even when earlier ones have failed a short time ago, because somebody has just put things
    /// right. Has no place in the YAML file: a service that is restarted again and again would be a nuisance to the authority.
    /// </summary>
    public bool RetriesAtOnce { get; set; }
}
