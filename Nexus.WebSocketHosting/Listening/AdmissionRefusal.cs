namespace Nexus.WebSocketHosting.Listening;

/// <summary>Which bound on unauthenticated connections turned a connection away.</summary>
internal enum AdmissionRefusal
{
    Total,
    Address,
}
