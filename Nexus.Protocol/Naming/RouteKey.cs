using System.Globalization;

namespace Nexus.Protocol.Naming;

/// <summary>
/// The typed key of a route. Names and ports are different kinds, so a user who sends the server name
/// <c>tcp:53</c> cannot reach the backend that claimed port 53.
/// </summary>
/// <remarks>The default value is the key of no route: nothing can be registered under it.</remarks>
public readonly record struct RouteKey
{
    private readonly string? _name;

    private RouteKey(RouteKind kind, string? name, int port)
    {
        Kind = kind;
        _name = name;
        Port = port;
    }

    /// <summary>What the route is found by.</summary>
    public RouteKind Kind { get; }

    /// <summary>The host name, or the wildcard's suffix with its leading dot; empty for ports.</summary>
    public string Name => _name ?? "";

    /// <summary>The relay port, 1 to 65535; 0 for names.</summary>
    public int Port { get; }

    /// <summary>Whether this is the key of no route (a refused name).</summary>
    public bool IsNone => Port == 0 && _name is null;

    /// <summary>
    /// The key of a normalised host name (<see cref="HostName.Normalize"/>). Total: a name that cannot be routed by
    /// (empty, with an empty label, <c>:</c>, <c>*</c> or anything but visible ASCII, longer than <see cref="HostName.MaxLength"/>)
    /// gives the key of no route.
    /// </summary>
    public static RouteKey ForHost(string normalised) => IsRoutable(normalised) ? new(RouteKind.Host, normalised, 0) : default;

    /// <summary>The key of a wildcard by its normalised suffix, such as <c>.example.com</c>; the key of no route if that is no valid suffix.</summary>
    public static RouteKey ForWildcard(string suffix) => IsWildcardSuffix(suffix) ? new(RouteKind.Wildcard, suffix, 0) : default;

    /// <summary>The key of a claimed TCP relay port.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 65535.</exception>
    public static RouteKey ForTcpPort(int port) => new(RouteKind.TcpPort, null, CheckPort(port));

    /// <summary>The key of a claimed UDP relay port.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 65535.</exception>
    public static RouteKey ForUdpPort(int port) => new(RouteKind.UdpPort, null, CheckPort(port));

    /// <summary>
    /// Reads one entry of the claim <c>hostnames</c>: a name or a wildcard for one label (<c>*.example.com</c>), in any spelling.
    /// Refuses what <see cref="ForHost"/> has no key for, names with <c>:</c> (the wire texts of port claims) among them, and invalid
    /// wildcards (<c>*.com</c>, <c>*.*.a.b</c>, <c>a.*.b</c>).
    /// </summary>
    public static bool TryParseClaim(string? hostnameClaim, out RouteKey key)
    {
        key = ForName(HostName.NormalizeOrWildcard(hostnameClaim));
        return !key.IsNone;
    }

    /// <summary>
    /// Reads what <see cref="ToWireText"/> writes, as it stands: normalising a second time could make another name of it.
    /// </summary>
    public static bool TryParseWireText(string? text, out RouteKey key)
    {
        key = default;
        if (text is null) return false;
        if (TryReadPort(text, "tcp:", out var port)) key = ForTcpPort(port);
        else if (TryReadPort(text, "udp:", out port)) key = ForUdpPort(port);
        else key = ForName(text);
        return !key.IsNone;
    }

    /// <summary>The only wildcard that can cover a normalised host name: its part from the first dot. One label is covered, never two.</summary>
    public static bool TryGetWildcardFor(string host, out RouteKey key)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        key = dot > 0 ? ForWildcard(host[dot..]) : default;
        return !key.IsNone;
    }

    /// <summary>The text used on the wire: <c>app.test</c>, <c>*.example.com</c>, <c>tcp:53</c>, <c>udp:53</c>.</summary>
    public string ToWireText() => Kind switch
    {
        RouteKind.Wildcard => "*" + Name,
        RouteKind.TcpPort => string.Create(CultureInfo.InvariantCulture, $"tcp:{Port}"),
        RouteKind.UdpPort => string.Create(CultureInfo.InvariantCulture, $"udp:{Port}"),
        _ => Name,
    };

    /// <inheritdoc cref="ToWireText"/>
    public override string ToString() => ToWireText();

    private static RouteKey ForName(string name) => name.StartsWith("*.", StringComparison.Ordinal) ? ForWildcard(name[1..]) : ForHost(name);

    private static bool IsRoutable(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= HostName.MaxLength
        && !name.ContainsAnyExceptInRange('!', '~')
        && !name.ContainsAny(':', '*')
        && name[0] != '.' && name[^1] != '.' && !name.Contains("..", StringComparison.Ordinal);

    /// <summary>A dot, then a name of at least two labels.</summary>
    private static bool IsWildcardSuffix(string suffix) =>
        suffix.StartsWith('.') && IsRoutable(suffix.AsSpan(1)) && suffix.IndexOf('.', 1) > 0;

    private static bool TryReadPort(string text, string prefix, out int port)
    {
        port = 0;
        return text.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port is > 0 and <= ushort.MaxValue;
    }

    private static int CheckPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        return port;
    }
}
