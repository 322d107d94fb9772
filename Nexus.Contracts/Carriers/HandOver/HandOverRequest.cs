namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>What goes with a socket.</summary>
/// <param name="Open">What the target must know of the user.</param>
/// <param name="Prelude">The user's first bytes, which were read already; at most <see cref="HandOverLimits.MaxPrelude"/>.</param>
/// <param name="LastWords">What the user is told when the backend breaks before it has answered; the target does not look into them.</param>
public readonly record struct HandOverRequest(OpenStream Open, ReadOnlyMemory<byte> Prelude, ReadOnlyMemory<byte> LastWords);
