namespace Nexus.Identities;

/// <summary>What a process is to the others of an installation. Its certificate says so.</summary>
internal enum ServiceRole
{
    Edge,
    Hub,
    Mesh,
    Certs,
}
