namespace Nexus.Acme.Issuing;

/// <summary>Where the attempts for a set of names stand.</summary>
internal sealed record OrderDocument
{
    /// <summary>For people who look into the store.</summary>
    public string[] Names { get; init; } = [];

    /// <summary>Whose order it is.</summary>
    public string? Account { get; init; }

    /// <summary>The order's address; null: none is under way.</summary>
    public string? Order { get; init; }

    /// <summary>The key of the order's certificate, as PEM; written before the authority is asked for the certificate.</summary>
    public string? PrivateKey { get; init; }

    /// <summary>Attempts that this order has outlived.</summary>
    public int OrderFailures { get; init; }

    /// <summary>Failed attempts in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Failed proofs in a row: the next order begins with another way of proof.</summary>
    public int ProofFailures { get; init; }

    /// <summary>Not before.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    public string? LastError { get; init; }

    public override string ToString() => $"order {Order}";
}
