using Nexus.Acme.Accounts;

namespace Nexus.Acme.Issuing;

/// <summary>How an issuer deals with the authority.</summary>
public sealed record IssuerOptions
{
    /// <summary>What a new account tells the authority.</summary>
    public AccountRegistration Registration { get; init; } = new();

    /// <summary>Most orders within an hour that hold the same name, 1 to 100. Let's Encrypt allows five failed proofs of a name an hour.</summary>
    public int MaxOrdersPerHour { get; init; } = 5;
}
