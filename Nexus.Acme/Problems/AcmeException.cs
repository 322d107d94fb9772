namespace Nexus.Acme.Problems;

/// <summary>The authority did not do what was asked, or could not be asked. The message is for the operator and holds no secret.</summary>
public sealed class AcmeException : Exception
{
    /// <summary>A failure that is described by its kind alone.</summary>
    public AcmeException(AcmeErrorKind kind, string what, Exception? inner = null)
        : base(Describe(kind, what), inner)
    {
        Kind = kind;
        Detail = what;
    }

    private AcmeException(AcmeErrorKind kind, AcmeProblem problem, string? identifier)
        : base(Describe(kind, Quote(problem, identifier)))
    {
        Kind = kind;
        Problem = problem;
        Detail = problem.Detail;
        Identifier = identifier;
        StatusCode = problem.Status;
    }

    /// <summary>What went wrong.</summary>
    public AcmeErrorKind Kind { get; }

    /// <summary>What the authority said in particular, or what this client saw.</summary>
    public string Detail { get; }

    /// <summary>The authority's document, or null when there was none.</summary>
    public AcmeProblem? Problem { get; }

    /// <summary>The name that it is about, or null.</summary>
    public string? Identifier { get; }

    /// <summary>The HTTP status, or 0 when no answer came or the problem was found in an order or a challenge.</summary>
    public int StatusCode { get; init; }

    /// <summary>How long the authority wants to be left alone, or null when it did not say. Not limited: it may say a year.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The name's proof failed, so that the order is lost and another kind of proof may do better.</summary>
    public bool IsFailedProof { get; init; }

    /// <summary>What it means and what to do about it.</summary>
    public AcmeExplanation Explanation => AcmeExplanation.Of(Kind);

    /// <summary>As the authority told it.</summary>
    internal static AcmeException Of(AcmeProblem problem, string? identifier = null, TimeSpan? retryAfter = null, bool isFailedProof = false)
    {
        // A compound problem of one part is that part.
        var told = problem is { Kind: AcmeErrorKind.Compound, Subproblems: [var only] } ? only : problem;
        return new(told.Kind, problem, identifier ?? told.Identifier ?? problem.Identifier) { RetryAfter = retryAfter, IsFailedProof = isFailedProof };
    }

    private static string Quote(AcmeProblem problem, string? identifier)
    {
        var about = (identifier ?? problem.Identifier) is { } name ? $"{name}: " : "";
        var parts = problem.Subproblems.Take(5).Select(part => $" [{part.Identifier ?? "?"}: {part.Detail}]");
        var instance = problem.Instance is { } address ? $" (see {address})" : "";
        return $"{about}the authority says \"{problem.Detail}\" ({problem.Type}){string.Concat(parts)}{instance}";
    }

    private static string Describe(AcmeErrorKind kind, string what)
    {
        var explanation = AcmeExplanation.Of(kind);
        return $"{explanation.Meaning} {what.TrimEnd('.')}. {explanation.Advice}";
    }
}
