namespace Nexus.Protocol.Backend;

/// <summary>
/// A key that can check signatures of tokens and cannot make any. Which algorithms it takes follows from its type, never from
/// the token. Keys come from <see cref="JsonWebKeySet"/>. Thread-safe.
/// </summary>
public abstract class PublicTokenKey
{
    private protected PublicTokenKey(string? id, string? algorithm)
    {
        Id = id;
        Algorithm = algorithm;
    }

    /// <summary>The key's <c>kid</c>; null when it has none.</summary>
    public string? Id { get; }

    /// <summary>The only algorithm that its owner allows (<c>alg</c>); null: all that fit its type.</summary>
    public string? Algorithm { get; }

    /// <summary>Whether it can check signatures of this algorithm, as a token's header names it.</summary>
    public bool Supports(string algorithm) => (Algorithm is null || Algorithm == algorithm) && Fits(algorithm);

    internal abstract bool Fits(string algorithm);

    internal abstract bool Verify(string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature);
}
