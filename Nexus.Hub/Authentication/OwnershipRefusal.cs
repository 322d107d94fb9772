namespace Nexus.Hub.Authentication;

/// <summary>Why an owner may not have what its token claims.</summary>
internal enum OwnershipRefusal
{
    /// <summary>It may.</summary>
    None,

    /// <summary>Rules are configured, and none is for this owner.</summary>
    UnknownOwner,

    /// <summary>A name or port is in none of the owner's rules.</summary>
    NotItsOwn,

    /// <summary>A later token of the session is somebody else's.</summary>
    OwnerChanged,
}
