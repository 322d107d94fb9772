using Nexus.Acme.Signing;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Accounts;

/// <summary>What a new account tells the authority, RFC 8555 §7.3.</summary>
public sealed record AccountRegistration
{
    /// <summary>Addresses for messages of the authority, e.g. "mailto:admin@example.com"; may be empty.</summary>
    public IReadOnlyList<string> Contacts { get; init; } = [];

    /// <summary>The operator has agreed to the authority's terms of service.</summary>
    public bool AgreesToTerms { get; init; }

    /// <summary>The customer account, if the authority asks for one.</summary>
    public ExternalAccountBinding? ExternalAccount { get; init; }

    internal byte[] ToJson(Uri newAccount, SigningKey key) => JsonPayload.Of(json =>
    {
        if (AgreesToTerms) json.WriteBoolean("termsOfServiceAgreed", true);
        if (Contacts.Count > 0)
        {
            json.WriteStartArray("contact");
            foreach (var contact in Contacts) json.WriteStringValue(contact);
            json.WriteEndArray();
        }

        if (ExternalAccount is not { } external) return;
        json.WritePropertyName("externalAccountBinding");
        json.WriteRawValue(FlattenedJws.Bind(external, newAccount, key));
    });
}
