using System.ComponentModel.DataAnnotations;
using System.Net;
using Nexus.Acme;
using Nexus.Acme.Challenges;
using Nexus.Acme.Orders;
using Nexus.Acme.Signing;

namespace Nexus.Certs.Public;

/// <summary>The hub's certificate from a public authority (RFC 8555), so that every machine trusts it.</summary>
internal sealed class PublicOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Certs:Acme";

    private const string Http = "http-01";
    private const string TlsAlpn = "tls-alpn-01";
    private const int MaxKeyFileBytes = 4_096;

    /// <summary>The second needs the authority to reach the hub's listener at port 443, which not every node has.</summary>
    private static readonly ChallengeKind[] s_usual = [ChallengeKind.Http01, ChallengeKind.TlsAlpn01];

    /// <summary>The hub's name, such as "hub.example.com". A name that only this host knows ("localhost") gets its certificate from the internal CA.</summary>
    public string? Hostname { get; set; }

    /// <summary>Folder of account, orders and certificate, readable by its owner only.</summary>
    public string CacheDirectory { get; set; } = "acme_certs";

    /// <summary>The authority's directory; Let's Encrypt's by default.</summary>
    public Uri Directory { get; set; } = AcmeOptions.LetsEncrypt;

    /// <summary>PEM file with the roots that the authority's own TLS certificate must lead to, for an authority inside; by default the machine's.</summary>
    public string? AuthorityFile { get; set; }

    /// <summary>Where the authority writes to when something is wrong, such as "mailto:admin@example.com"; may be empty.</summary>
    public IList<string> Contacts { get; } = [];

    /// <summary>The ways of proof, "http-01" and "tls-alpn-01", in the order in which they are tried; both, in this order, when there are none.</summary>
    /// <remarks>No default here: configured ones would be appended to it.</remarks>
    public IList<string> Challenges { get; } = [];

    /// <summary>One of the authority's profiles; its usual one when empty.</summary>
    public string? Profile { get; set; }

    /// <summary>The common name of the root that the chain should lead to, if the authority has a choice.</summary>
    public string? PreferredRoot { get; set; }

    /// <summary>The customer account's key identifier, for an authority that asks for one (RFC 8555 §7.3.4).</summary>
    public string? ExternalAccountKeyId { get; set; }

    /// <summary>File with the customer account's MAC key, base64url as the authority gave it.</summary>
    public string? ExternalAccountKeyFile { get; set; }

    /// <summary>Most orders within an hour, so that nothing that goes wrong here makes the authority shut us out. Let's Encrypt allows five failed proofs.</summary>
    [Range(1, 100)] public int MaxOrdersPerHour { get; set; } = 5;

    /// <summary>
    /// Before the first order for a name without certificate: a node's edges and hubs, which answer the authority, start after Certs, and a failed
    /// proof costs ten minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")] public TimeSpan StartDelay { get; set; } = TimeSpan.FromSeconds(15);

    public IReadOnlyList<ChallengeKind> ChallengeKinds => Challenges.Count == 0 ? s_usual : [.. Challenges.Select(Find).OfType<ChallengeKind>()];

    /// <exception cref="FormatException">The two settings are no external account; the message holds nothing secret.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public ExternalAccountBinding? ReadExternalAccount()
    {
        if (string.IsNullOrEmpty(ExternalAccountKeyId) && string.IsNullOrEmpty(ExternalAccountKeyFile)) return null;
        if (string.IsNullOrEmpty(ExternalAccountKeyId) || string.IsNullOrEmpty(ExternalAccountKeyFile))
            throw new FormatException($"{nameof(ExternalAccountKeyId)} and {nameof(ExternalAccountKeyFile)} come together.");
        if (new FileInfo(ExternalAccountKeyFile).Length > MaxKeyFileBytes) throw new FormatException($"{ExternalAccountKeyFile} holds no MAC key.");
        return new(ExternalAccountKeyId, File.ReadAllText(ExternalAccountKeyFile));
    }

    public bool IsUsed => Hostname is { Length: > 0 } name && name.Contains('.', StringComparison.Ordinal) && !IPAddress.TryParse(name, out _)
        && !name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Hostname is { Length: > 0 } name && Uri.CheckHostName(name) == UriHostNameType.Unknown) yield return new("is not a host name.", [nameof(Hostname)]);
        else if (IsUsed && !AcmeIdentifier.TryParse(Hostname, out _, out var fault)) yield return new(fault, [nameof(Hostname)]);
        if (AuthorityFile is { Length: > 0 } file && !File.Exists(file)) yield return new($"there is no file {file}.", [nameof(AuthorityFile)]);
        if (string.IsNullOrWhiteSpace(CacheDirectory)) yield return new("is missing.", [nameof(CacheDirectory)]);
        foreach (var word in Challenges.Where(word => Find(word) is null)) yield return new($"\"{word}\" is neither \"{Http}\" nor \"{TlsAlpn}\".", [nameof(Challenges)]);
        if (ChallengeKinds.Distinct().Count() < ChallengeKinds.Count) yield return new("names one twice.", [nameof(Challenges)]);
        if (FindExternalAccountProblem() is { } wrong) yield return new(wrong, [nameof(ExternalAccountKeyFile)]);
        foreach (var problem in new AcmeOptions { Directory = Directory }.Validate()) yield return new(problem, [nameof(Directory)]);
    }

    private static ChallengeKind? Find(string word) => word switch
    {
        Http => ChallengeKind.Http01,
        TlsAlpn => ChallengeKind.TlsAlpn01,
        _ => null,
    };

    private string? FindExternalAccountProblem()
    {
        try
        {
            ReadExternalAccount();
            return null;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
