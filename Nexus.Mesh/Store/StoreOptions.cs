using System.ComponentModel.DataAnnotations;

namespace Nexus.Mesh.Store;

internal sealed class StoreOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Mesh:Store";

    /// <summary>All keys and channels begin with it and a colon, so that a user of Redis can be confined to them.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$", ErrorMessage = "Prefix must have 1 to 64 letters, digits, '-', '_', '.' and ':', and begin with a letter or digit.")]
    [Required]
    public string Prefix { get; set; } = "nexus";

    /// <summary>What a mesh has written lives this long after its last word.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:10:00")] public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a mesh says that it lives, and looks at what the others say. Two may be lost within a lease.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:03:00")] public TimeSpan RenewInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a mesh compares all of what it has written with what it meant to write.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")] public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromSeconds(30);

    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")] public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for an answer; then the connection is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")] public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>After a start watchers wait at most this long for what Redis has.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")] public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>PEM file with the authorities that Redis' certificate may come from; unset: those that the machine trusts.</summary>
    public string? CertificateAuthorityFile { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RenewInterval * 2 > Lease) yield return new($"{nameof(RenewInterval)} must be at most half of {nameof(Lease)}.", [nameof(RenewInterval)]);
        if (ReconcileInterval < RenewInterval) yield return new($"{nameof(ReconcileInterval)} must not be shorter than {nameof(RenewInterval)}.", [nameof(ReconcileInterval)]);
        if (CertificateAuthorityFile is { } file && !File.Exists(file)) yield return new($"{nameof(CertificateAuthorityFile)} is not there.", [nameof(CertificateAuthorityFile)]);
    }
}
