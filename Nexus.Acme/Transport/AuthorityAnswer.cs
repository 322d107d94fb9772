using System.Text.Json;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Transport;

/// <summary>An answer of the authority, read whole and within its limits.</summary>
internal sealed record AuthorityAnswer
{
    private const string ProblemType = "application/problem+json";

    public required int Status { get; init; }

    /// <summary>Media type without parameters, in lower case, or empty.</summary>
    public required string MediaType { get; init; }

    public required byte[] Body { get; init; }

    public string? Location { get; init; }

    public string? Nonce { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The fields as they came.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The problem document; null when the answer is none.</summary>
    public AcmeProblem? Problem => IsSuccess || MediaType != ProblemType ? null : AcmeProblem.TryParse(Body, Status);

    /// <summary>This answer, if it is what was asked for.</summary>
    /// <exception cref="AcmeException">A refusal, a redirect, or another kind of content.</exception>
    public AuthorityAnswer Expect(AnswerKind kind)
    {
        if (Status is >= 300 and < 400) throw new AcmeException(AcmeErrorKind.Redirected, $"Status {Status}") { StatusCode = Status };
        if (!IsSuccess) throw Refusal();
        var isRight = kind switch
        {
            AnswerKind.Json => MediaType is "application/json",
            AnswerKind.Chain => MediaType is "application/pem-certificate-chain",
            _ => true,
        };
        return isRight ? this : throw new AcmeException(AcmeErrorKind.BadAnswer, $"The answer's media type is \"{MediaType}\"") { StatusCode = Status };
    }

    /// <summary>Reads the JSON object of the body.</summary>
    /// <exception cref="AcmeException">It is none, or <paramref name="read"/> misses something in it.</exception>
    public T Read<T>(Func<JsonElement, T> read) where T : class =>
        JsonFields.TryReadObject(Body, read) ?? throw new AcmeException(AcmeErrorKind.BadAnswer, "The answer is no JSON object");

    private AcmeException Refusal()
    {
        if (Problem is { } problem) return AcmeException.Of(problem, retryAfter: RetryAfter);
        var kind = AcmeProblem.KindOf("", Status);
        return new AcmeException(kind, $"Status {Status} without a problem document") { StatusCode = Status, RetryAfter = RetryAfter };
    }
}
