using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Nexus.Redis;

/// <summary>Where Redis is and how to sign in there. Its text never shows the password.</summary>
internal sealed class RedisAddress
{
    private const int DefaultPort = 6379;

    private readonly ConfigurationOptions _options;

    private RedisAddress(ConfigurationOptions options) => _options = options;

    /// <summary>Reads a connection string of StackExchange.Redis or a URI.</summary>
    /// <param name="text">The connection string.</param>
    /// <param name="address">What it says.</param>
    /// <param name="problem">What is wrong with it, without repeating anything secret.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RedisAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        var isUri = text.StartsWith("redis://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase);
        var options = isUri ? ParseUri(text, out problem) : ParsePairs(text, out problem);
        if (options is null)
        {
            problem ??= "cannot be read";
            return false;
        }

        if (options.EndPoints.Count == 0) problem = "names no server";
        if (!string.IsNullOrEmpty(options.ServiceName)) problem = "serviceName is not supported: name the servers themselves, the one that takes writes is found among them";
        if (problem is not null) return false;
        address = new RedisAddress(options);
        return true;
    }

    /// <summary>Where a connection string points to, for messages; nothing of one that cannot be read.</summary>
    public static string Describe(string text) => TryParse(text, out var address, out _) ? address.ToString() : "";

    /// <summary>A copy for one connection.</summary>
    public ConfigurationOptions ToOptions() => _options.Clone();

    /// <summary>Where it is.</summary>
    public override string ToString() => $"{(_options.Ssl ? "rediss" : "redis")}://{string.Join(',', _options.EndPoints.Select(Describe))}";

    private static ConfigurationOptions? ParsePairs(string text, out string? problem)
    {
        problem = null;
        var parts = new List<string>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!part.StartsWith("user=", StringComparison.OrdinalIgnoreCase)) parts.Add(part);
            else problem = ProblemOfUser(part["user=".Length..]);
            if (problem is not null) return null;
        }

        // A password with a comma ends at the comma; what follows is of the password, too, and must not be repeated.
        var password = parts.FindIndex(IsPassword);
        var before = password < 0 ? parts : parts[..password];
        if (Parse(before, out problem) is null || parts.Count == before.Count) return problem is null ? Parse(parts, out _) : null;
        if (parts[password..].TrueForAll(part => part.Contains('=', StringComparison.Ordinal)) && Parse(parts, out _) is { } options) return options;
        problem = "has something after the password that is no setting: servers come first, and a password with a comma must be written as redis://:password@host, the comma as %2C";
        return null;
    }

    private static bool IsPassword(string part) => part.Split('=', 2) is [var key, _] && key.Trim().Equals("password", StringComparison.OrdinalIgnoreCase);

    private static ConfigurationOptions? Parse(List<string> parts, out string? problem)
    {
        problem = null;
        try
        {
            return ConfigurationOptions.Parse(string.Join(',', parts));
        }
        catch (ArgumentException ex)
        {
            problem = $"is no connection string of StackExchange.Redis: {ex.Message}"; // names the keyword, not its value
            return null;
        }
    }

    private static ConfigurationOptions? ParseUri(string text, out string? problem)
    {
        problem = "is no address like redis://:password@host:6379/0";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Query.Length > 0) return null;
        var options = new ConfigurationOptions { Ssl = uri.Scheme == "rediss" };
        options.EndPoints.Add(new DnsEndPoint(uri.IdnHost, uri.Port > 0 ? uri.Port : DefaultPort));
        var database = uri.AbsolutePath.Trim('/');
        if (database.Length > 0)
        {
            if (!int.TryParse(database, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
            options.DefaultDatabase = number;
        }

        var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0) options.Password = Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]);
        problem = ProblemOfUser(Uri.UnescapeDataString(colon >= 0 ? uri.UserInfo[..colon] : uri.UserInfo));
        return problem is null ? options : null;
    }

    private static string? ProblemOfUser(string user) =>
        user is "" or "default" ? null : "names a user, but the client library signs in as \"default\" only: give that user's password, and confine that user";

    private static string Describe(EndPoint endPoint) => endPoint switch
    {
        DnsEndPoint dns => string.Create(CultureInfo.InvariantCulture, $"{dns.Host}:{(dns.Port == 0 ? DefaultPort : dns.Port)}"),
        IPEndPoint { Port: 0 } ip => new IPEndPoint(ip.Address, DefaultPort).ToString(),
        _ => endPoint.ToString() ?? "",
    };
}
