namespace Nexus.Identities;

/// <summary>What kind of service this is.</summary>
/// <param name="Role">Its own.</param>
/// <param name="ServesStrangers">Whether callers without an identity reach its endpoint at all, to get one.</param>
internal sealed record IdentityTerms(ServiceRole Role, bool ServesStrangers = false);
