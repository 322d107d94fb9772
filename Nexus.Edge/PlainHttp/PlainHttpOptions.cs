using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Nexus.Edge.PlainHttp;

/// <summary>The one port where requests, not connections, are routed.</summary>
internal sealed class PlainHttpOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Edge:PlainHttp";

    public const int Off = -1;

    /// <summary>An address of this host; empty for all of them, IPv4 and IPv6.</summary>
    public string BindAddress { get; set; } = "";

    /// <summary>0 takes a free port; -1 switches the feature off.</summary>
    [Range(Off, 65_535)] public int Port { get; set; } = 80;

    /// <summary>For a whole request head; also what ends silent connections and such as are not HTTP.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")] public TimeSpan RequestHeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Between two requests of one user connection.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")] public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(75);

    /// <summary>A request in which nothing moves for so long is given up; streams and WebSockets that are quieter need keep-alives.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan ActivityTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Connections to backends that one user connection may hold: one for each host it asks for, idle ones included.</summary>
    [Range(1, 64)] public int MaxBackendConnections { get; set; } = 8;

    public IPAddress Address => BindAddress.Length > 0 ? IPAddress.Parse(BindAddress) : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => BindAddress.Length == 0 || IPAddress.TryParse(BindAddress, out _)
        ? [] : [new("is not an IP address.", [nameof(BindAddress)])];
}

[OptionsValidator]
internal sealed partial class PlainHttpOptionsValidator : IValidateOptions<PlainHttpOptions>;
