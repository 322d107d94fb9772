using Nexus.Acme.Certificates;
using Nexus.Acme.Issuing;

namespace Nexus.Acme.Keeping;

/// <summary>How things stand with one set of names.</summary>
/// <param name="Certificate">The present one; null: none yet, or it has run out.</param>
/// <param name="IsNew">It was not there in the last state.</param>
/// <param name="LastAttempt">What the last attempt came to; null: none since the start.</param>
/// <param name="NextAt">When something is done next: renewed, tried again, or the authority asked when to renew.</param>
public sealed record KeptState(IssuedCertificate? Certificate, bool IsNew, IssueResult? LastAttempt, DateTimeOffset NextAt);
