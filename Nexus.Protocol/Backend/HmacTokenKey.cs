namespace Nexus.Protocol.Backend;

/// <summary>A shared secret, and the name by which tokens may point to it.</summary>
/// <param name="secret">Its bytes as they are; any length.</param>
/// <param name="id">What a token's <c>kid</c> says; null when it has no name.</param>
public sealed class HmacTokenKey(ReadOnlyMemory<byte> secret, string? id = null)
{
    /// <summary>The name; null when it has none.</summary>
    public string? Id => id;

    internal ReadOnlySpan<byte> Secret => secret.Span;
}
