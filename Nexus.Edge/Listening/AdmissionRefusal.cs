namespace Nexus.Edge.Listening;

/// <summary>Why a connection was closed before a byte of it was read.</summary>
internal enum AdmissionRefusal
{
    None,
    TotalLimit,
    ClientLimit,
}
