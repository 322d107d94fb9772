namespace Nexus.Hub.Authentication;

/// <summary>What happens when a backend claims a name or port that another one serves.</summary>
internal enum NameConflicts
{
    /// <summary>They share its users by weight, as in the original.</summary>
    Share,

    /// <summary>Backends of the same owner share; another owner is refused while any of them is connected.</summary>
    FirstOwnerOnly,
}
