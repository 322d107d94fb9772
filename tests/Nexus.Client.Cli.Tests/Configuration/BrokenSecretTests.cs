using Nexus.Client.Cli.Configuration;
using Nexus.Testing;

namespace Nexus.Client.Cli.Tests.Configuration;

/// <summary>What is wrong with a secret in the file is said without the secret.</summary>
public sealed class BrokenSecretTests
{
    public static TheoryData<string> Lines => [.. BrokenSecrets.Of("hmacSecret")];

    [Theory]
    [MemberData(nameof(Lines))]
    public void File_WithABrokenSecret_IsToldOfWithoutIt(string lines)
    {
        var file = BackendsFileReader.Parse($"""
            backends:
              - name: b
                hostnames: [a.example]
                nexusAddresses: ["wss://hub.example/connect"]
                attestation:
                  {lines.Replace("\n", "\n      ", StringComparison.Ordinal)}
                portMappings: {"{"}443: {"{"}default: "localhost:8443"{"}}"}
            """);
        var scan = new SecretScan();
        scan.Plant("the secret", BrokenSecrets.Secret);
        foreach (var problem in file.Problems) scan.Look("a message", $"{problem}");
        Assert.Empty(scan.Findings);
    }
}
