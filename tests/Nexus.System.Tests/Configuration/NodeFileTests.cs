using System.Globalization;
using Nexus.Testing;

namespace Nexus.SystemTests.Configuration;

/// <summary>The real services and their <c>config.yaml</c>.</summary>
public sealed class NodeFileTests : IDisposable
{
    private static readonly Dictionary<string, string?> s_nothing = new() { ["NEXUS_CONFIG"] = null, ["OTEL_EXPORTER_OTLP_ENDPOINT"] = null };

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => ["Nexus.Edge", "Nexus.Hub", "Nexus.Mesh", "Nexus.Certs"];

    [Theory]
    [MemberData(nameof(Services))]
    [Statement("node 141")]
    public async Task File_AsTheOriginalShipsIt_LoadsUnchanged(string service)
    {
        foreach (var file in new[] { "server.example.yaml", "installer.yaml" })
        {
            var (exit, output) = await CheckAsync(service, RepositoryRoot.PathOf("tests", "data", "node-config", file));
            Assert.True(exit == 0, output);
            Assert.Contains("no errors", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    [Statement("node 139")]
    public async Task File_Wrong_EndsEveryServiceWith78_AndNamesEveryError(string service)
    {
        var path = Write("""
            backendListenAddress: "8443"
            relayPorts: [443, 70000]
            udpRelayPorts: [3478]
            stunPort: 3478
            hubTlsCertFile: "/nowhere.pem"
            peers: ["wss://a.example:8444/mesh"]
            maxConcurrentPeeks: -2
            idleTimeoutSecond: 60
            """);
        // Started, not only checked.
        await using var process = RealProcess.StartDotnet(ServiceProcess.PathOf(service), ["-config", path], s_nothing);
        Assert.Equal(78, await process.WaitForExitAsync(Cancellation));
        string[] keys = ["1:23: backendListenAddress: ", "2:19: relayPorts[1]: ", "4:11: stunPort: ", "5:17: hubTlsCertFile: ", "7:21: maxConcurrentPeeks: "];
        Assert.All(keys, key => Assert.Contains($"{path}:{key}", process.Output, StringComparison.Ordinal));
        Assert.Contains("peerListenAddress: is needed", process.Output, StringComparison.Ordinal);
        Assert.Contains("peerAuthentication.trustedDomainSuffixes: is needed", process.Output, StringComparison.Ordinal);
        Assert.Contains("Did you mean idleTimeoutSeconds?", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Now listening", process.Output, StringComparison.Ordinal);
    }

    [Theory]
    [Statement("node 139")]
    [InlineData("Nexus.Edge", "relayPorts: ")]
    [InlineData("Nexus.Hub", "backendListenAddress: ", "backendsJWTSecret: ")]
    [InlineData("Nexus.Certs", "hubPublicHostname: ")]
    public async Task File_WithoutWhatTheServiceNeeds_IsRefused(string service, params string[] keys)
    {
        var (exit, output) = await CheckAsync(service, Write("region: x\n"));
        Assert.Equal(78, exit);
        Assert.All(keys, key => Assert.Contains(key, output, StringComparison.Ordinal));
        Assert.Contains($"{keys.Length} configuration error(s)", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Services))]
    [Statement("node 140")]
    public async Task Numbers_AtTheEndsOfTheirRanges_SuitTheServices(string service)
    {
        foreach (var max in new[] { true, false })
        {
            var numbers = ServiceDefaults.NodeConfiguration.NodeSchema.Keys.Where(key => key.IsNumber && !key.Name.StartsWith("peekTimeouts.", StringComparison.Ordinal))
                .Select(key => $"{key.Name}: {(max ? key.Max : key.Min).ToString(CultureInfo.InvariantCulture)}\n");
            var peeks = max ? "{firstByteSeconds: 600, idleExtensionSeconds: 600, absoluteMaxSeconds: 600}" : "{firstByteSeconds: 1, idleExtensionSeconds: 1, absoluteMaxSeconds: 1}";
            var (exit, output) = await CheckAsync(service, Write(
                $"backendListenAddress: \":8443\"\nrelayPorts: [443, 80]\nbackendsJWTSecret: s\nhubPublicHostname: a.example\npeekTimeouts: {peeks}\n{string.Concat(numbers)}"));
            Assert.True(exit == 0, output);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<(int Exit, string Output)> CheckAsync(string service, string path)
    {
        await using var process = RealProcess.StartDotnet(
            ServiceProcess.PathOf(service), ["--check-config"], new Dictionary<string, string?>(s_nothing) { ["NEXUS_CONFIG"] = path });
        var exit = await process.WaitForExitAsync(Cancellation);
        return (exit, process.Output);
    }

    private string Write(string text)
    {
        var path = _folder.PathOf("config.yaml");
        File.WriteAllText(path, text);
        return path;
    }
}
