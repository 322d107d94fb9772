using System.ComponentModel.DataAnnotations;

namespace Nexus.Certs.Storage;

internal sealed class StorageOptions
{
    public const string SectionName = "Nexus:Certs:Storage";

    /// <summary>The folder of what must not be lost; made, and readable by its owner only.</summary>
    [Required]
    public string Directory { get; set; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "nexus", "certs");

    /// <summary>Where the root certificate is written for those who trust it; <c>ca.pem</c> in <see cref="Directory"/> when empty.</summary>
    public string? RootFile { get; set; }
}
