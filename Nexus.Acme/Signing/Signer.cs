namespace Nexus.Acme.Signing;

/// <summary>Who signs: a key, named by its account's address, or by itself while it has none (RFC 8555 §6.2).</summary>
internal readonly record struct Signer(SigningKey Key, Uri? Account);
