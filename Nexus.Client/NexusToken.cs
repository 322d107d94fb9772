namespace Nexus.Client;

/// <summary>A token for the hub. Its text is a secret: <see cref="ToString"/> does not show it.</summary>
/// <param name="Value">The token as it is sent, without quotes or white space around it.</param>
/// <param name="Expiry">When it ends, if the provider knows; a cached token is not used beyond it.</param>
public readonly record struct NexusToken(string Value, DateTimeOffset? Expiry = null)
{
    /// <summary>Says that this is a token, and how long it is.</summary>
    public override string ToString() => $"token of {Value.Length} characters";
}
