using System.ComponentModel.DataAnnotations;
using Nexus.Redis;

namespace Nexus.Certs.Sharing;

/// <summary>What several Certs of one node share, in Redis: authorities, account, orders, certificate, join tokens. With one Certs: nothing.</summary>
internal sealed class SharingOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Certs:Sharing";

    /// <summary>File with the key that all is sealed with, the same for all replicas: base64 of 32 random bytes, mode 0600. None: nothing is shared.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Where Redis is: <c>ConnectionStrings:redis</c>.</summary>
    public string Redis { get; set; } = "";

    /// <summary>All keys begin with it and a colon.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$", ErrorMessage = "must have 1 to 64 letters, digits, '-', '_', '.' and ':', and begin with a letter or digit.")]
    [Required]
    public string Prefix { get; set; } = "nexus";

    /// <summary>The replica that issues has the right to for so long after its last word; another one takes over then.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")] public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the others look for a new certificate, and whether it is their turn.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")] public TimeSpan LookInterval { get; set; } = TimeSpan.FromSeconds(2);

    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")] public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for an answer of Redis.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")] public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>PEM file with the authorities that Redis' certificate may come from; unset: those that the machine trusts.</summary>
    public string? CertificateAuthorityFile { get; set; }

    public bool IsUsed => !string.IsNullOrEmpty(KeyFile);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsUsed) yield break;
        if (string.IsNullOrWhiteSpace(Redis)) yield return new("needs ConnectionStrings:redis.", [nameof(KeyFile)]);
        else if (!RedisAddress.TryParse(Redis, out _, out var problem)) yield return new($"ConnectionStrings:redis {problem}.", [nameof(Redis)]);
        if (FindKeyProblem(KeyFile ?? "") is { } wrong) yield return new(wrong, [nameof(KeyFile)]);
        if (CertificateAuthorityFile is { } file && !File.Exists(file)) yield return new("is not there.", [nameof(CertificateAuthorityFile)]);
    }

    private static string? FindKeyProblem(string path)
    {
        try
        {
            SealingKey.Read(path);
            return null;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
