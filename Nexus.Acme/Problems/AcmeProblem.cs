using System.Text.Json;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Problems;

/// <summary>A problem document of the authority: RFC 7807 with the additions of RFC 8555 §6.7. All text is a stranger's, without control characters.</summary>
public sealed record AcmeProblem
{
    /// <summary>Longest detail that is kept, in characters.</summary>
    public const int MaxDetail = 1_024;

    /// <summary>Most subproblems that are kept.</summary>
    public const int MaxSubproblems = 100;

    private const string Prefix = "urn:ietf:params:acme:error:";

    /// <summary>The type as the authority wrote it, "about:blank" when it wrote none (RFC 7807 §3.1).</summary>
    public required string Type { get; init; }

    /// <summary>What the type means to this client.</summary>
    public required AcmeErrorKind Kind { get; init; }

    /// <summary>The HTTP status in the document, or 0.</summary>
    public int Status { get; init; }

    /// <summary>What the authority says, at most <see cref="MaxDetail"/> characters, or empty.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The name that it is about, or null (RFC 8555 §6.7.1).</summary>
    public string? Identifier { get; init; }

    /// <summary>Where the operator should go (<c>userActionRequired</c>), or null. Never opened by this client.</summary>
    public string? Instance { get; init; }

    /// <summary>One for each name that is wrong (RFC 8555 §6.7.1); one level deep.</summary>
    public IReadOnlyList<AcmeProblem> Subproblems { get; init; } = [];

    /// <summary>Reads a document; null when it is not a JSON object.</summary>
    internal static AcmeProblem? TryParse(ReadOnlyMemory<byte> json, int httpStatus) =>
        JsonFields.TryReadObject(json, element => Read(element, httpStatus, withSubproblems: true));

    /// <summary>Reads the <c>error</c> of an order or a challenge; null when it has none.</summary>
    internal static AcmeProblem? TryReadMember(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var error) && error.ValueKind == JsonValueKind.Object ? Read(error, 0, withSubproblems: true) : null;

    private static AcmeProblem Read(JsonElement element, int httpStatus, bool withSubproblems)
    {
        var type = element.PlainText("type", 200) ?? "about:blank";
        var status = element.Number("status") is >= 100 and <= 599 and var told ? told : httpStatus;
        var subproblems = withSubproblems ? ReadSubproblems(element) : [];
        return new()
        {
            Type = type,
            Kind = KindOf(type, status),
            Status = status,
            Detail = element.PlainText("detail", MaxDetail) ?? element.PlainText("title", MaxDetail) ?? "",
            Identifier = element.TryGetProperty("identifier", out var identifier) && identifier.ValueKind == JsonValueKind.Object ? identifier.PlainText("value", 255) : null,
            Instance = element.PlainText("instance", 500),
            Subproblems = subproblems,
        };
    }

    private static AcmeProblem[] ReadSubproblems(JsonElement element) =>
        element.TryGetProperty("subproblems", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Take(MaxSubproblems).Select(item => Read(item, 0, withSubproblems: false))]
            : [];

    /// <summary>The kind of an answer by its type, else by its status.</summary>
    internal static AcmeErrorKind KindOf(string type, int status)
    {
        if (type.StartsWith(Prefix, StringComparison.Ordinal) && ProblemTypes.Find(type[Prefix.Length..]) is { } known) return known;
        return status switch
        {
            401 or 403 => AcmeErrorKind.Unauthorized,
            404 or 410 => AcmeErrorKind.NotFound,
            429 => AcmeErrorKind.RateLimited,
            >= 500 => AcmeErrorKind.ServerInternal,
            _ => AcmeErrorKind.Unknown,
        };
    }
}
