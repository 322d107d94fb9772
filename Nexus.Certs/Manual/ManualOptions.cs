using System.ComponentModel.DataAnnotations;

namespace Nexus.Certs.Manual;

/// <summary>The hub's certificate from PEM files, instead of a development certificate.</summary>
internal sealed class ManualOptions
{
    public const string SectionName = "Nexus:Certs:Manual";

    /// <summary>The certificate, then its intermediates.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>Its private key, not encrypted.</summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// How often the files are looked at. They are read, not watched by the file system's events: those miss the swapped
    /// links with which orchestrators replace files.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")] public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    public bool IsUsed => !string.IsNullOrEmpty(CertificateFile) || !string.IsNullOrEmpty(KeyFile);
}
