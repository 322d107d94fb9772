using System.ComponentModel.DataAnnotations;

namespace Nexus.Demo.Origin;

internal sealed class OriginOptions
{
    public const string SectionName = "Nexus:Demo:Origin";

    /// <summary>The name in the certificate.</summary>
    [Required] public string Name { get; set; } = "app.nexus.test";

    [Range(1, 65_535)] public int HttpsPort { get; set; } = 7443;

    [Range(1, 65_535)] public int HttpPort { get; set; } = 7080;

    /// <summary>Where the root goes that a user has to trust; a new one at every start.</summary>
    [Required] public string AuthorityFile { get; set; } = "origin-ca.pem";
}
