using System.ComponentModel.DataAnnotations;

namespace Nexus.Mesh.Configuration;

internal sealed class MeshOptions
{
    public const string SectionName = "Nexus:Mesh";

    /// <summary>Meshes of one name that share a Redis are one region: what is announced to one is known to all. Part of keys in Redis, hence the letters.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", ErrorMessage = "Region must have 1 to 64 letters, digits, '-', '_' and '.', and begin with a letter or digit.")]
    [Required]
    public string Region { get; set; } = "default";
}
