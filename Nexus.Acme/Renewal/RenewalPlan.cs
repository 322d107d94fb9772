namespace Nexus.Acme.Renewal;

/// <summary>When a certificate is to be renewed, and when to ask the authority about it again.</summary>
/// <param name="RenewAt">Then, or at once if that has passed.</param>
/// <param name="AskAgainAt">Then the authority should be asked again.</param>
/// <param name="Info">What <paramref name="RenewAt"/> was drawn from; null: the certificate's life.</param>
public sealed record RenewalPlan(DateTimeOffset RenewAt, DateTimeOffset AskAgainAt, RenewalInfo? Info);
