using System.Globalization;

namespace Nexus.AppHost.Demo;

/// <summary>The demo client's config.yaml, in the format of spec/client.md §2.</summary>
internal static class ClientConfiguration
{
    public static string Compose(DemoRun run, IEnumerable<int> hubPorts) => string.Create(CultureInfo.InvariantCulture, $"""
        backends:
          - name: demo
            hostnames:
              - {DemoRun.HostName}
            nexusAddresses:
              {string.Join("\n      ", hubPorts.Select(port => $"- wss://localhost:{port}/connect"))}
            attestation:
              hmacSecret: "{run.Secret}"
            portMappings:
              {run.RelayPort}:
                default: 127.0.0.1:{run.OriginHttpsPort}
              {run.PlainHttpPort}:
                default: 127.0.0.1:{run.OriginHttpPort}

        """);
}
