namespace Nexus.Client;

/// <summary>Something that happened to a client.</summary>
/// <param name="Kind">What.</param>
/// <param name="Time">When.</param>
/// <param name="Address">At which of its addresses; null when it is about a certificate.</param>
/// <param name="StreamId">With which stream; null when it is about the session or a certificate.</param>
/// <param name="Reason">Why, in a word; null when there is no reason. Of a certificate, what went wrong, in plain words.</param>
/// <param name="Certificate">Of <see cref="NexusClientEventKind.CertificateChanged"/>: how things stand with it now; else null.</param>
public sealed record NexusClientEvent(
    NexusClientEventKind Kind, DateTimeOffset Time, Uri? Address, Guid? StreamId = null, string? Reason = null, NexusCertificateInfo? Certificate = null);
