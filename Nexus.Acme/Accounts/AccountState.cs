using System.Text.Json;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Accounts;

/// <summary>An account as the authority has it, RFC 8555 §7.1.2.</summary>
/// <param name="Status">Whether it may be used.</param>
/// <param name="Contacts">As registered, at most 20.</param>
public sealed record AccountState(AccountStatus Status, IReadOnlyList<string> Contacts)
{
    private const int MaxContacts = 20;

    internal static AccountState Parse(JsonElement json) => new(
        json.Text("status", 50) switch
        {
            "valid" => AccountStatus.Valid,
            "deactivated" => AccountStatus.Deactivated,
            "revoked" => AccountStatus.Revoked,
            _ => AccountStatus.Unknown,
        },
        [.. json.Items("contact", MaxContacts).Select(item => item.AsPlainText(500)).OfType<string>()]);
}
