using System.Text.Json;
using Nexus.Acme.Problems;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Authority;

/// <summary>What an authority offers, and where: RFC 8555 §7.1.1.</summary>
public sealed record AcmeDirectory
{
    private const int MaxLabels = 50;

    /// <summary>Where nonces come from, §7.2.</summary>
    public required Uri NewNonce { get; init; }

    /// <summary>Where accounts are made, §7.3.</summary>
    public required Uri NewAccount { get; init; }

    /// <summary>Where orders are placed, §7.4.</summary>
    public required Uri NewOrder { get; init; }

    /// <summary>Where certificates are revoked, §7.6; null when the authority does not do it.</summary>
    public Uri? RevokeCertificate { get; init; }

    /// <summary>Where an account changes its key, §7.3.5; null when the authority does not do it.</summary>
    public Uri? KeyChange { get; init; }

    /// <summary>Where renewal times are asked for, RFC 9773 §4.1; null when the authority does not tell them.</summary>
    public Uri? RenewalInfo { get; init; }

    /// <summary>The terms of service's address, for people; null when there are none. Never opened by this client.</summary>
    public string? TermsOfService { get; init; }

    /// <summary>The authority's web site, for people, or null.</summary>
    public string? Website { get; init; }

    /// <summary>The names by which CAA records allow this authority.</summary>
    public IReadOnlyList<string> CaaIdentities { get; init; } = [];

    /// <summary>Accounts must be bound to a customer account (§7.3.4).</summary>
    public bool ExternalAccountRequired { get; init; }

    /// <summary>The profiles that an order may ask for, each with its description.</summary>
    public IReadOnlyDictionary<string, string> Profiles { get; init; } = new Dictionary<string, string>();

    internal static AcmeDirectory Parse(JsonElement json, AuthorityUrls urls)
    {
        var meta = json.TryGetProperty("meta", out var found) && found.ValueKind == JsonValueKind.Object ? found : default(JsonElement?);
        return new()
        {
            NewNonce = urls.Check(json.Text("newNonce", int.MaxValue), "newNonce"),
            NewAccount = urls.Check(json.Text("newAccount", int.MaxValue), "newAccount"),
            NewOrder = urls.Check(json.Text("newOrder", int.MaxValue), "newOrder"),
            RevokeCertificate = urls.CheckOptional(json.Text("revokeCert", int.MaxValue), "revokeCert"),
            KeyChange = urls.CheckOptional(json.Text("keyChange", int.MaxValue), "keyChange"),
            RenewalInfo = urls.CheckOptional(json.Text("renewalInfo", int.MaxValue), "renewalInfo"),
            TermsOfService = meta?.PlainText("termsOfService", 2_048),
            Website = meta?.PlainText("website", 2_048),
            CaaIdentities = [.. (meta?.Items("caaIdentities", MaxLabels) ?? []).Select(item => item.AsText(255)).OfType<string>()],
            ExternalAccountRequired = meta?.Truth("externalAccountRequired") ?? false,
            Profiles = ReadProfiles(meta),
        };
    }

    private static Dictionary<string, string> ReadProfiles(JsonElement? meta)
    {
        var profiles = new Dictionary<string, string>();
        if (meta is not { } known || !known.TryGetProperty("profiles", out var list) || list.ValueKind != JsonValueKind.Object) return profiles;
        foreach (var profile in list.EnumerateObject())
        {
            if (profiles.Count == MaxLabels) throw new AcmeException(AcmeErrorKind.AnswerTooLarge, $"More than {MaxLabels} profiles");
            profiles[profile.Name] = profile.Value.AsPlainText(2_048) ?? "";
        }

        return profiles;
    }
}
