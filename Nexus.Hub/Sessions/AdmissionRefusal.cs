namespace Nexus.Hub.Sessions;

/// <summary>Which bound on unauthenticated connections turned a connection away.</summary>
internal enum AdmissionRefusal
{
    Total,
    Address,
}
