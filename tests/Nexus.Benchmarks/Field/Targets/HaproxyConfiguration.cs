using System.Globalization;

namespace Nexus.Benchmarks.Field.Targets;

/// <summary>haproxy.cfg of one process.</summary>
internal static class HaproxyConfiguration
{
    private const string Common = """
        global
          nbthread 2
        defaults
          mode tcp
          timeout connect 10s
          timeout client 1h
          timeout server 1h

        """;

    /// <summary>Passes TLS on by its server name.</summary>
    /// <param name="port">Where users come from.</param>
    /// <param name="services">The names and their ports.</param>
    /// <param name="bindOptions">What is in front of the users' TLS; empty for nothing.</param>
    public static string ByServerName(int port, IReadOnlyDictionary<string, int> services, string bindOptions)
    {
        var backends = services.Select(each => string.Create(CultureInfo.InvariantCulture, $"""
            backend {each.Key}
              server it 127.0.0.1:{each.Value}

            """));
        return Common + string.Create(CultureInfo.InvariantCulture, $"""
            frontend users
              bind 127.0.0.1:{port} {bindOptions}
              tcp-request inspect-delay 10s
              acl hello req.ssl_hello_type 1
              tcp-request content accept if hello
            {string.Concat(services.Keys.Select(name => $"  use_backend {name} if {{ req.ssl_sni {name} }}\n"))}
            """) + string.Concat(backends);
    }

    /// <summary>Passes everything on in TLS of its own.</summary>
    public static string IntoTls(int port, int next) => Common + string.Create(CultureInfo.InvariantCulture, $"""
        frontend users
          bind 127.0.0.1:{port}
          default_backend next
        backend next
          server it 127.0.0.1:{next} ssl verify none

        """);
}
