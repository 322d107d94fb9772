using System.ComponentModel.DataAnnotations;
using System.Net;
using Nexus.Acme;

namespace Nexus.Certs.Public;

/// <summary>The hub's certificate from a public authority (RFC 8555), so that every machine trusts it.</summary>
internal sealed class PublicOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Certs:Acme";

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

    public bool IsUsed => Hostname is { Length: > 0 } name && name.Contains('.', StringComparison.Ordinal) && !IPAddress.TryParse(name, out _)
        && !name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Hostname is { Length: > 0 } name && Uri.CheckHostName(name) == UriHostNameType.Unknown) yield return new("is not a host name.", [nameof(Hostname)]);
        if (AuthorityFile is { Length: > 0 } file && !File.Exists(file)) yield return new($"there is no file {file}.", [nameof(AuthorityFile)]);
        if (string.IsNullOrWhiteSpace(CacheDirectory)) yield return new("is missing.", [nameof(CacheDirectory)]);
        foreach (var problem in new AcmeOptions { Directory = Directory }.Validate()) yield return new(problem, [nameof(Directory)]);
    }
}
