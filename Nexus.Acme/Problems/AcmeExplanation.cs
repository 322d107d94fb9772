namespace Nexus.Acme.Problems;

/// <summary>An error in plain words.</summary>
/// <param name="Meaning">What has happened, one sentence.</param>
/// <param name="Advice">What the operator should do, one or two sentences.</param>
/// <param name="Retry">Whether trying again helps, and when.</param>
public sealed record AcmeExplanation(string Meaning, string Advice, AcmeRetry Retry)
{
    /// <summary>The explanation of a kind; there is one for each.</summary>
    public static AcmeExplanation Of(AcmeErrorKind kind) => Explanations.Find(kind);
}
