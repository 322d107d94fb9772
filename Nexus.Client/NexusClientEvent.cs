namespace Nexus.Client;

/// <summary>Something that happened to a client.</summary>
/// <param name="Kind">What.</param>
/// <param name="Time">When.</param>
/// <param name="Address">At which of its addresses.</param>
/// <param name="StreamId">With which stream; null when it is about the session.</param>
/// <param name="Reason">Why, in a word; null when there is no reason.</param>
public sealed record NexusClientEvent(NexusClientEventKind Kind, DateTimeOffset Time, Uri Address, Guid? StreamId = null, string? Reason = null);
