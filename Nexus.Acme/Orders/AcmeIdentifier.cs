using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Nexus.Acme.Orders;

/// <summary>A name that a certificate is for: a DNS name (RFC 8555 §9.7.7) or an IP address (RFC 8738).</summary>
public readonly record struct AcmeIdentifier
{
    private const int MaxName = 253;

    private static readonly IdnMapping s_idn = new() { UseStd3AsciiRules = true };

    private AcmeIdentifier(bool isAddress, string value)
    {
        IsAddress = isAddress;
        Value = value;
    }

    /// <summary>An IP address, else a DNS name.</summary>
    public bool IsAddress { get; }

    /// <summary>In lower case and ASCII (international names as RFC 5891 has them), without a final dot; an address in its shortest form.</summary>
    public string Value { get; }

    /// <summary>The type on the wire.</summary>
    public string Type => IsAddress ? "ip" : "dns";

    /// <summary>Reads a name or an address, which may stand in brackets.</summary>
    /// <param name="text">As an operator writes it.</param>
    /// <param name="identifier">The name.</param>
    /// <param name="error">Why it is none, in plain words.</param>
    public static bool TryParse(string? text, out AcmeIdentifier identifier, [NotNullWhen(false)] out string? error)
    {
        identifier = default;
        error = null;
        text = text?.Trim() ?? "";
        if (IPAddress.TryParse(text, out var address) && (text.Contains(':') || text.Count(c => c == '.') == 3)) return TryAddress(address, out identifier, out error);
        if (text.StartsWith("*.", StringComparison.Ordinal)) error = $"\"{Shown(text)}\" is a wildcard: a certificate for one needs a proof by DNS, which this program cannot give. List the names one by one.";
        else if (TryNormalize(text) is not { } name) error = $"\"{Shown(text)}\" is no DNS name.";
        else if (name.Split('.')[^1].All(char.IsAsciiDigit)) error = $"\"{Shown(text)}\" is neither a DNS name nor an IP address.";
        else identifier = new(false, name);
        return error is null;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">It is no name; the message says why.</exception>
    public static AcmeIdentifier Parse(string? text) => TryParse(text, out var identifier, out var error) ? identifier : throw new FormatException(error);

    /// <summary>The name in a TLS hello that asks for the proof: for an address its reverse name (RFC 8738 §6).</summary>
    public string ServerName => IsAddress ? ReverseName(IPAddress.Parse(Value)) : Value;

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static bool TryAddress(IPAddress address, out AcmeIdentifier identifier, [NotNullWhen(false)] out string? error)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        error = address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? "An address with a scope is not public." : null;
        identifier = error is null ? new(true, address.ToString()) : default;
        return error is null;
    }

    private static string? TryNormalize(string text)
    {
        if (text.Length is 0 or > MaxName * 4) return null;
        try
        {
            var name = s_idn.GetAscii(text.EndsWith('.') ? text[..^1] : text).ToLowerInvariant();
            return name.Length <= MaxName && name.Split('.').All(IsLabel) ? name : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLabel(string label) => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static string ReverseName(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        Array.Reverse(bytes);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? string.Join('.', bytes) + ".in-addr.arpa"
            : string.Join('.', bytes.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b & 15:x}.{b >> 4:x}"))) + ".ip6.arpa";
    }

    private static string Shown(string text) => new([.. text.Take(MaxName).Select(c => char.IsControl(c) ? ' ' : c)]);
}
