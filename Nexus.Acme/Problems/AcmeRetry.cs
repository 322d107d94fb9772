namespace Nexus.Acme.Problems;

/// <summary>Whether trying again helps, and how soon.</summary>
public enum AcmeRetry
{
    /// <summary>A passing fault: again in a minute, then ever less often.</summary>
    Soon,

    /// <summary>Helps when DNS, a port or a service has been put right: again in some minutes, then ever less often.</summary>
    AfterRepair,

    /// <summary>A limit of the authority: again after the time that it names, or in an hour.</summary>
    Later,

    /// <summary>Helps only when the settings, or the authority's records of the account, have been changed.</summary>
    AfterChange,
}
