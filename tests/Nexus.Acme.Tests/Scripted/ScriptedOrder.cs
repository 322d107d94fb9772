namespace Nexus.Acme.Tests.Scripted;

/// <summary>An order with one authorisation for each name.</summary>
internal sealed class ScriptedOrder(int number, string account, (string Type, string Value)[] names, string request)
{
    public int Number => number;

    public string Account => account;

    public (string Type, string Value)[] Names => names;

    /// <summary>The payload that it was placed with.</summary>
    public string Request => request;

    public string Status { get; set; } = "pending";

    /// <summary>By name's index.</summary>
    public string[] Authorizations { get; } = [.. names.Select(_ => "pending")];

    /// <summary>The way of proof that was answered, by name's index.</summary>
    public string?[] Answered { get; } = new string?[names.Length];

    public string? Chain { get; set; }

    public DateTimeOffset Expires { get; set; } = DateTimeOffset.UtcNow.AddYears(50);

    public static string Token(int order, int name, string kind) => $"token-{order}-{name}-{kind}-abcdefghijklmnopqrstuvwxyz";
}
