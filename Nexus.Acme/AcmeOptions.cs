using System.Security.Cryptography.X509Certificates;
using Nexus.Acme.Transport;

namespace Nexus.Acme;

/// <summary>Which authority, and how it is talked to.</summary>
public sealed record AcmeOptions
{
    /// <summary>Let's Encrypt.</summary>
    public static readonly Uri LetsEncrypt = new("https://acme-v02.api.letsencrypt.org/directory");

    /// <summary>Let's Encrypt's servers for trials, whose certificates nobody trusts.</summary>
    public static readonly Uri LetsEncryptStaging = new("https://acme-staging-v02.api.letsencrypt.org/directory");

    /// <summary>The directory's address (RFC 8555 §7.1.1): https, without user name and fragment.</summary>
    public required Uri Directory { get; init; }

    /// <summary>Also allows http when the directory's host is a loopback address. For tests.</summary>
    public bool AllowHttpOnLoopback { get; init; }

    /// <summary>The roots that the authority's own TLS certificate must lead to, for an authority inside; null: the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Limit of one request with its answer, 1 second to 5 minutes.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an authorisation or an order is polled before it is left for another time, 1 second to 1 hour.</summary>
    public TimeSpan PollLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Most repetitions of one request after <c>badNonce</c> (RFC 8555 §6.5), 0 to 50.</summary>
    public int MaxNonceRetries { get; init; } = 10;

    /// <summary>Sent with each request (RFC 8555 §6.1).</summary>
    public string UserAgent { get; init; } = "Nexus/0.1";

    /// <summary>Says what is wrong with these settings; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (AuthorityUrls.WhyNotDirectory(Directory, AllowHttpOnLoopback) is { } why) errors.Add(why);
        if (RequestTimeout < TimeSpan.FromSeconds(1) || RequestTimeout > TimeSpan.FromMinutes(5)) errors.Add($"{nameof(RequestTimeout)} must be between 1 second and 5 minutes.");
        if (PollLimit < TimeSpan.FromSeconds(1) || PollLimit > TimeSpan.FromHours(1)) errors.Add($"{nameof(PollLimit)} must be between 1 second and 1 hour.");
        if (MaxNonceRetries is < 0 or > 50) errors.Add($"{nameof(MaxNonceRetries)} must be between 0 and 50.");
        if (UserAgent.Length is 0 or > 200 || UserAgent.Any(c => c is < ' ' or > '~')) errors.Add($"{nameof(UserAgent)} must be 1 to 200 printable ASCII characters.");
        return errors;
    }
}
