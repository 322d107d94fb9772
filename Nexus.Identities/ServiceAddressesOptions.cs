namespace Nexus.Identities;

/// <summary>Where the other services are, read here only to be checked.</summary>
internal sealed class ServiceAddressesOptions
{
    public const string SectionName = "services";
}
