using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Nexus.Acme.Signing;

/// <summary>JSON Web Signatures in the flattened form, RFC 7515 §7.2.2 with the headers of RFC 8555 §6.2.</summary>
internal static class FlattenedJws
{
    /// <summary>A request's body; without a nonce the inner one of a key change (§7.3.5). An empty payload is a POST-as-GET.</summary>
    public static byte[] Sign(Signer signer, string? nonce, Uri url, ReadOnlySpan<byte> payload)
    {
        var header = Header(signer.Key.Algorithm, nonce, url, signer.Account?.AbsoluteUri, signer.Account is null ? signer.Key.PublicJwk : null);
        return Join(header, payload, signer.Key.Sign);
    }

    /// <summary>The binding of an account to an external one, §7.3.4: the account's public key under the customer's MAC.</summary>
    public static byte[] Bind(ExternalAccountBinding binding, Uri newAccount, SigningKey account) =>
        Join(Header("HS256", null, newAccount, binding.KeyId, null), Encoding.UTF8.GetBytes(account.PublicJwk), binding.Authenticate);

    private static byte[] Header(string algorithm, string? nonce, Uri url, string? keyId, string? jwk)
    {
        var header = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(header);
        json.WriteStartObject();
        json.WriteString("alg", algorithm);
        if (nonce is not null) json.WriteString("nonce", nonce);
        json.WriteString("url", url.AbsoluteUri);
        if (keyId is not null) json.WriteString("kid", keyId);
        if (jwk is not null)
        {
            json.WritePropertyName("jwk");
            json.WriteRawValue(jwk);
        }

        json.WriteEndObject();
        json.Flush();
        return header.WrittenSpan.ToArray();
    }

    private static byte[] Join(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, SignBytes sign)
    {
        var headerText = Base64UrlText.Encode(header);
        var payloadText = Base64UrlText.Encode(payload);
        var signature = Base64UrlText.Encode(sign(Encoding.ASCII.GetBytes($"{headerText}.{payloadText}")));
        return Encoding.ASCII.GetBytes($$"""{"protected":"{{headerText}}","payload":"{{payloadText}}","signature":"{{signature}}"}""");
    }

    private delegate byte[] SignBytes(ReadOnlySpan<byte> data);
}
