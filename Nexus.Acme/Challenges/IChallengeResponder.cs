namespace Nexus.Acme.Challenges;

/// <summary>
/// Serves proofs where the authority looks for them. Its exceptions end the attempt and reach the caller of the issuer. Used by several
/// attempts at once.
/// </summary>
public interface IChallengeResponder
{
    /// <summary>The ways of proof that it can serve, the preferred one first; at least one.</summary>
    IReadOnlyList<ChallengeKind> Kinds { get; }

    /// <summary>Begins to serve a proof; returns when it is served everywhere. Publishing again what is published does no harm.</summary>
    Task PublishAsync(ChallengeAnswer answer, CancellationToken cancellationToken);

    /// <summary>Ends serving a proof; does no harm when it is not published. The token ends after ten seconds.</summary>
    Task WithdrawAsync(ChallengeAnswer answer, CancellationToken cancellationToken);
}
