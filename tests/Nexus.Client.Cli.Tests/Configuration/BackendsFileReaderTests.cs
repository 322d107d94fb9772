using Nexus.Client.Cli.Configuration;
using Nexus.Testing;
using Nexus.Yaml;

namespace Nexus.Client.Cli.Tests.Configuration;

public sealed class BackendsFileReaderTests
{
    private const string Minimal = """
        backends:
          - name: b
            hostnames: [a.example]
            nexusAddresses: ["wss://hub.example/connect"]
            attestation: {hmacSecret: s}
            portMappings: {443: {default: "localhost:8443"}}
        """;

    [Fact]
    public void Aliases_OfAliases_AreRefusedBeforeTheyGrow()
    {
        // A list of nine, nine times over: 9^8 texts from a few hundred bytes.
        var lists = Enumerable.Range(1, 8).Select(i => $"l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 9))}]\n");
        var file = BackendsFileReader.Parse($"l0: &l0 text\n{string.Concat(lists)}backends: *l8\n");

        Assert.True(file.IsRefused);
        Assert.Contains("aliases", Assert.Single(file.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void File_Minimal_Loads()
    {
        var file = BackendsFileReader.Parse(Minimal);
        Assert.Empty(file.Problems);
        var backend = Assert.Single(file.Backends);
        Assert.Equal("localhost:8443", backend.PortMappings[443].Default);
        Assert.Equal(1, backend.Weight);
    }

    [Statement("client 3")]
    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("~")]
    [InlineData("backends:")]
    [InlineData("backends: []")]
    [InlineData("backends: nonsense")]
    [InlineData("[1, 2]")]
    [InlineData("backends: [\n")]
    public void File_WithoutBackends_IsRefused(string text) => Assert.True(BackendsFileReader.Parse(text).IsRefused);

    [Statement("client 2")]
    [Theory]
    [InlineData("    colour: red", "backends[0].colour")]
    [InlineData("    Weight: 2", "backends[0].Weight")]
    [InlineData("    healthChecks: {enable: true}", "backends[0].healthChecks.enable")]
    [InlineData("    flowControl: {enabled: true}", "backends[0].flowControl.enabled")]
    [InlineData("    udpRoutes: [{port: 53, timeout: 3}]", "backends[0].udpRoutes[0].timeout")]
    [InlineData("x: 1", "x")]
    public void Key_Unknown_IsRefusedWithItsPath(string line, string path)
    {
        var file = BackendsFileReader.Parse(Minimal + "\n" + line);
        Assert.True(file.IsRefused);
        var problem = Assert.Single(file.Problems);
        Assert.Equal(path, problem.Error.Path);
        Assert.Equal(7, problem.Position?.Line);
    }

    [Statement("client 7")]
    [Theory]
    [InlineData("weight: 2", 2)]
    [InlineData("weight: 2.0", 2)]
    [InlineData("weight: 2.9", 2)]
    [InlineData("weight: 010", 8)]
    [InlineData("weight: 0x10", 16)]
    [InlineData("weight: 0o17", 15)]
    [InlineData("weight: 0b101", 5)]
    [InlineData("weight: 1_000", 1_000)]
    [InlineData("weight: +7", 7)]
    [InlineData("weight: 1e3", 1_000)]
    [InlineData("weight: -3", -3)]
    [InlineData("weight: ~", 0)]
    [InlineData("weight:", 0)]
    [InlineData("weight: 99999999999", int.MaxValue)]
    public void Int_InEveryForm_IsRead(string line, int expected)
    {
        var file = BackendsFileReader.Parse($"{Minimal}\n    {line}");
        Assert.Empty(file.Problems);
        Assert.Equal(expected, file.Backends[0].Weight);
    }

    [Theory]
    [InlineData("weight: \"2\"")]
    [InlineData("weight: '2'")]
    [InlineData("weight: two")]
    [InlineData("weight: 0x")]
    [InlineData("weight: [2]")]
    [InlineData("weight: .inf")]
    [InlineData("weight: true")]
    [InlineData("tcpPorts: 80")]
    [InlineData("tcpPorts: {80: 1}")]
    [InlineData("hostname: [a]")]
    [InlineData("hostname: {a: b}")]
    [InlineData("socks5ListenAddr: [a]")]
    public void Value_OfTheWrongKind_IsRefused(string line)
    {
        var file = BackendsFileReader.Parse($"{Minimal}\n    {line}");
        Assert.True(file.IsRefused);
        Assert.Equal(7, Assert.Single(file.Problems).Position?.Line);
    }

    [Statement("client 7")]
    [Theory]
    [InlineData("true", true)]
    [InlineData("yes", true)]
    [InlineData("on", true)]
    [InlineData("off", false)]
    [InlineData("no", false)]
    [InlineData("False", false)]
    public void Bool_InEveryForm_IsRead(string text, bool expected)
    {
        var file = BackendsFileReader.Parse(Minimal.Replace("{hmacSecret: s}", $"{{hmacSecret: s, outboundAllowed: {text}}}", StringComparison.Ordinal));
        Assert.Empty(file.Problems);
        Assert.Equal(expected, file.Backends[0].Attestation.OutboundAllowed);
    }

    [Theory]
    [InlineData("\"true\"")]
    [InlineData("1")]
    [InlineData("maybe")]
    public void Bool_OfAnotherForm_IsRefused(string text) =>
        Assert.True(BackendsFileReader.Parse(Minimal.Replace("{hmacSecret: s}", $"{{hmacSecret: s, outboundAllowed: {text}}}", StringComparison.Ordinal)).IsRefused);

    [Statement("client 7")]
    [Theory]
    [InlineData("0x50", 80)]
    [InlineData("-1", -1)]
    [InlineData("0", 0)]
    [InlineData("443", 443)]
    public void PortMapping_Key_IsAnyInt(string key, int expected)
    {
        var file = BackendsFileReader.Parse(Minimal.Replace("{443:", $"{{{key}:", StringComparison.Ordinal));
        Assert.Empty(file.Problems);
        Assert.Equal(expected, Assert.Single(file.Backends[0].PortMappings).Key);
    }

    [Statement("client 4", "client 5", "client 15")]
    [Theory]
    [InlineData("""{"443": {default: "localhost:1"}}""")]
    [InlineData("""{443: "localhost:8443"}""")]
    [InlineData("""{443: {default: "a:1"}, 443: {default: "b:1"}}""")]
    [InlineData("{443: {}}")]
    [InlineData("{}")]
    public void PortMapping_OfAnotherForm_IsRefused(string mappings) =>
        Assert.True(BackendsFileReader.Parse(Minimal.Replace("""{443: {default: "localhost:8443"}}""", mappings, StringComparison.Ordinal)).IsRefused);

    [Statement("client 5")]
    [Fact]
    public void Key_Twice_IsRefusedWithItsPlace()
    {
        var file = BackendsFileReader.Parse(Minimal + "\n    name: again");
        Assert.True(file.IsRefused);
        Assert.Equal(new SourcePosition(7, 5), Assert.Single(file.Problems).Position);
    }

    [Statement("client 7")]
    [Fact]
    public void String_GivenANumberOrBool_IsItsText()
    {
        var file = BackendsFileReader.Parse(Minimal.Replace("name: b", "name: 012", StringComparison.Ordinal).Replace("[a.example]", "[true]", StringComparison.Ordinal));
        Assert.Equal("012", file.Backends[0].Name);
        Assert.Equal("true", file.Backends[0].Hostnames[0]);
    }

    [Statement("client 6")]
    [Fact]
    public void File_ByteOrderMarkAndSecondDocument_AreNoMatter()
    {
        var file = BackendsFileReader.Parse("\uFEFF" + Minimal + "\n---\nnonsense: true\n");
        Assert.Empty(file.Problems);
        Assert.Single(file.Backends);
    }

    [Statement("client 6")]
    [Fact]
    public void File_AnchorsAliasesAndMergeKeys_Work()
    {
        var file = BackendsFileReader.Parse("""
            backends:
              - &first
                name: one
                hostnames: &names [a.example, b.example]
                nexusAddresses: ["wss://hub.example/connect"]
                attestation: &auth {hmacSecret: s, tokenTTLSeconds: 7}
                portMappings: {443: {default: "localhost:1"}}
              - <<: *first
                name: two
                attestation:
                  <<: [*auth]
                  tokenTTLSeconds: 9
            """);
        Assert.Empty(file.Problems);
        Assert.Equal("two", file.Backends[1].Name);
        Assert.Equal(["a.example", "b.example"], file.Backends[1].Hostnames);
        Assert.Equal("s", file.Backends[1].Attestation.HmacSecret);
        Assert.Equal(9, file.Backends[1].Attestation.TokenTtlSeconds);
        Assert.Equal(7, file.Backends[0].Attestation.TokenTtlSeconds);
    }

    [Statement("client 9")]
    [Fact]
    public void Hostname_IsUsedOnlyWhenThereAreNoHostnames()
    {
        Assert.Equal(["a.example"], BackendsFileReader.Parse(Minimal + "\n    hostname: old.example").Backends[0].Hostnames);
        var legacy = BackendsFileReader.Parse(Minimal.Replace("hostnames: [a.example]", "hostname: old.example", StringComparison.Ordinal));
        Assert.Equal(["old.example"], legacy.Backends[0].Hostnames);
    }

    [Statement("client 14")]
    [Fact]
    public void UdpRoute_Timeout_AbsentIsNotZero()
    {
        var routes = BackendsFileReader.Parse(Minimal + "\n    udpRoutes: [{port: 53, flowIdleTimeoutSeconds: 0}, {port: 67}]").Backends[0].UdpRoutes;
        Assert.Equal(0, routes[0].FlowIdleTimeoutSeconds);
        Assert.Null(routes[1].FlowIdleTimeoutSeconds);
    }

    [Statement("client 21")]
    [Fact]
    public void Port_ClaimedWithoutMapping_IsOnlyAWarning()
    {
        var file = BackendsFileReader.Parse(Minimal + "\n    tcpPorts: [443, 25]");
        Assert.Empty(file.Problems);
        Assert.Contains("25", Assert.Single(file.Warnings).Error.Message, StringComparison.Ordinal);
    }

    [Statement("client 8", "client 15")]
    [Fact]
    public void Rules_EveryErrorOfEveryBackend_IsReportedWithItsPlace()
    {
        var file = BackendsFileReader.Parse("""
            backends:
              - name: b
                hostnames: [a.example]
                nexusAddresses: ["wss://hub.example/connect"]
                attestation: {hmacSecret: s, tokenTTLSeconds: -1}
                portMappings: {443: {default: "localhost:8443"}}
              - udpRoutes:
                  - port: 70000
                portMappings:
                  53: {hosts: {}}
            """);
        Assert.Equal(
            [
                "backends[0].attestation.tokenTTLSeconds@5:51",
                "backends[1].name@7:5",
                "backends[1].udpRoutes[0].port@8:15",
                "backends[1].nexusAddresses@7:5",
                "backends[1].attestation@7:5",
                "backends[1].portMappings[53]@10:11",
            ],
            file.Problems.Select(problem => $"{problem.Error.Path}@{problem.Position?.Line}:{problem.Position?.Column}"));
        Assert.Contains("backend 2", file.Problems[1].Error.Message, StringComparison.Ordinal);
    }

    [Statement("client 22")]
    [Fact]
    public void Route_ThatCannotWork_TakesOnlyItsBackendDown()
    {
        var file = BackendsFileReader.Parse(Minimal.Replace("localhost:8443", "nowhere", StringComparison.Ordinal));
        Assert.False(file.IsRefused);
        Assert.Equal(NexusConfigurationErrorScope.Backend, Assert.Single(file.Problems).Error.Scope);
    }
}
