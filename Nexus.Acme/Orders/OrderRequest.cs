using Nexus.Acme.Renewal;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Orders;

/// <summary>What an order asks for, RFC 8555 §7.4.</summary>
public sealed record OrderRequest
{
    /// <summary>The names of the certificate, 1 to 100.</summary>
    public required IReadOnlyList<AcmeIdentifier> Identifiers { get; init; }

    /// <summary>One of the directory's profiles, or null for the authority's usual one.</summary>
    public string? Profile { get; init; }

    /// <summary>The certificate that this one takes the place of (RFC 9773 §5), or null. Sent only to an authority that knows renewal information.</summary>
    public CertificateId? Replaces { get; init; }

    internal byte[] ToJson(bool withReplaces) => JsonPayload.Of(json =>
    {
        json.WriteStartArray("identifiers");
        foreach (var identifier in Identifiers)
        {
            json.WriteStartObject();
            json.WriteString("type", identifier.Type);
            json.WriteString("value", identifier.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Profile is not null) json.WriteString("profile", Profile);
        if (withReplaces && Replaces is { } replaced) json.WriteString("replaces", replaced.ToString());
    });
}
