using System.Text.Json;
using Nexus.Acme.Problems;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Orders;

/// <summary>An order as the authority has it, RFC 8555 §7.1.3.</summary>
public sealed record AcmeOrder
{
    /// <summary>Most names of one certificate, and so most authorisations.</summary>
    public const int MaxIdentifiers = 100;

    /// <summary>Where it is.</summary>
    public required Uri Address { get; init; }

    /// <summary>How far it is.</summary>
    public required OrderStatus Status { get; init; }

    /// <summary>When it runs out; null when the authority does not say.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>One for each name.</summary>
    public required IReadOnlyList<Uri> Authorizations { get; init; }

    /// <summary>Where the certificate is asked for.</summary>
    public required Uri Finalize { get; init; }

    /// <summary>Where the certificate is; null until the order is valid.</summary>
    public Uri? Certificate { get; init; }

    /// <summary>Why it is invalid; null when the authority does not say.</summary>
    public AcmeProblem? Error { get; init; }

    /// <summary>When to ask again; null when the authority does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    internal static AcmeOrder Parse(JsonElement json, Uri address, AuthorityUrls urls, TimeSpan? retryAfter) => new()
    {
        Address = address,
        Status = json.Text("status", 50) switch
        {
            "pending" => OrderStatus.Pending,
            "ready" => OrderStatus.Ready,
            "processing" => OrderStatus.Processing,
            "valid" => OrderStatus.Valid,
            "invalid" => OrderStatus.Invalid,
            _ => throw new AcmeException(AcmeErrorKind.BadAnswer, "An order without a status that RFC 8555 knows"),
        },
        Expires = json.Time("expires"),
        Authorizations = [.. json.Items("authorizations", MaxIdentifiers).Select(item => urls.Check(item.AsText(int.MaxValue), "an authorisation"))],
        Finalize = urls.Check(json.Text("finalize", int.MaxValue), "finalize"),
        Certificate = urls.CheckOptional(json.Text("certificate", int.MaxValue), "the certificate"),
        Error = AcmeProblem.TryReadMember(json, "error"),
        RetryAfter = retryAfter,
    };
}
