namespace Nexus.Identities;

/// <summary>How this process comes to its identity. Needed only where calls between services go over TLS.</summary>
internal sealed class IdentityOptions
{
    public const string SectionName = "Nexus:Identity";

    /// <summary>Folder of the identity's file (certificate and key), for its owner only; it saves a token when the process starts anew.</summary>
    public string Directory { get; set; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "nexus", "identities");

    /// <summary>From Certs, good once. In the environment or a file, not on a command line, which others can read.</summary>
    public string? JoinToken { get; set; }

    /// <summary>A file with the token in it.</summary>
    public string? JoinTokenFile { get; set; }

    public string FileOf(ServiceRole role) => Path.Combine(Path.GetFullPath(Directory), $"{role.ToWord()}.pem");
}
