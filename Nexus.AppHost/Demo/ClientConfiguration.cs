using System.Globalization;

namespace Nexus.AppHost.Demo;

/// <summary>The demo client's config.yaml, in the format of spec/client.md §2.</summary>
internal static class ClientConfiguration
{
    public static string Compose(DemoRun run) => string.Create(CultureInfo.InvariantCulture, $"""
        backends:
          - name: demo
            hostnames:
              - {DemoRun.HostName}
            nexusAddresses:
              - wss://localhost:{run.HubPort}/connect
            attestation:
              hmacSecret: "{run.Secret}"
            portMappings:
              {run.RelayPort}:
                default: 127.0.0.1:{run.OriginHttpsPort}
              {run.PlainHttpPort}:
                default: 127.0.0.1:{run.OriginHttpPort}

        """);
}
