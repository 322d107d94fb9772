using System.Globalization;

namespace Nexus.SystemTests.Processes;

/// <summary>A `nexus run` configuration whose backends all stand for one local target.</summary>
/// <param name="Secret">What tokens are signed with.</param>
/// <param name="Ports">On which users come.</param>
/// <param name="TargetPort">The local target's.</param>
internal sealed record ClientFile(string Secret, IReadOnlyList<int> Ports, int TargetPort)
{
    /// <summary>The file's text.</summary>
    /// <param name="backends">Of each, its names and the ports of the hubs that it dials.</param>
    public string With(params IEnumerable<(IReadOnlyList<string> Names, IReadOnlyList<int> HubPorts)> backends) =>
        "backends:\n" + string.Concat(backends.Select((backend, i) => Backend(i, backend.Names, backend.HubPorts)));

    private string Backend(int number, IReadOnlyList<string> names, IReadOnlyList<int> hubPorts) => string.Create(CultureInfo.InvariantCulture, $"""
          - name: test{number}
            hostnames: [{string.Join(", ", names)}]
            nexusAddresses: [{string.Join(", ", hubPorts.Select(port => string.Create(CultureInfo.InvariantCulture, $"\"wss://localhost:{port}/connect\"")))}]
            attestation:
              hmacSecret: "{Secret}"
            portMappings:
        {string.Join('\n', Ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"      {port}: {{ default: \"127.0.0.1:{TargetPort}\" }}")))}

        """);
}
