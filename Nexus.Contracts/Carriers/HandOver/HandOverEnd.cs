namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>How a stream that was handed over came to its end, as far as its first owner knows.</summary>
/// <param name="Reason">The target's reason, a snake_case word as in `nexus-end` (streams.proto); null when the target could not tell.</param>
/// <param name="BytesFromUser">Taken from the user, the prelude included; 0 when the target could not tell.</param>
/// <param name="BytesToUser">Given to the user; 0 when the target could not tell.</param>
public readonly record struct HandOverEnd(string? Reason, long BytesFromUser, long BytesToUser);
