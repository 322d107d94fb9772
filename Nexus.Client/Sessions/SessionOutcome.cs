namespace Nexus.Client.Sessions;

/// <summary>How an opened session ended.</summary>
/// <param name="End">Why.</param>
/// <param name="Lasted">Whether it counts as a session: the hub has sent something, or kept it for 10 s.</param>
/// <param name="CloseCode">The hub's close code, if it sent one.</param>
/// <param name="CloseReason">The hub's text with it.</param>
internal readonly record struct SessionOutcome(NexusSessionEnd End, bool Lasted, ushort? CloseCode = null, string? CloseReason = null);
