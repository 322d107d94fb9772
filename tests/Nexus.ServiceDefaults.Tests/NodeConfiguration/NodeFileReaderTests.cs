using System.Net.Sockets;
using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.ServiceDefaults.Tests.NodeConfiguration;

public sealed class NodeFileReaderTests
{
    [Theory]
    [Statement("node 139")]
    [InlineData("relayPorts: [443, 70000]", "relayPorts[1]@1:19")]
    [InlineData("relayPorts: [-1]", "relayPorts[0]@1:14")]
    [InlineData("relayPorts: [443, 443]", "relayPorts@1:13")]
    [InlineData("relayPorts: 443", "relayPorts@1:13")]
    [InlineData("relayPorts: [\"443\"]", "relayPorts[0]@1:14")]
    [InlineData("idleTimeoutSeconds: -1", "idleTimeoutSeconds@1:21")]
    [InlineData("idleTimeoutSeconds: 60s", "idleTimeoutSeconds@1:21")]
    [InlineData("maintenanceGraceDefaultSeconds: -1", "maintenanceGraceDefaultSeconds@1:33")]
    [InlineData("backendListenAddress: 8443", "backendListenAddress@1:23")]
    [InlineData("backendListenAddress: \":http\"", "backendListenAddress@1:23")]
    [InlineData("backendListenAddress: \":65536\"", "backendListenAddress@1:23")]
    [InlineData("backendListenAddress: [a]", "backendListenAddress@1:23")]
    [InlineData("registrationURL: \"http://a.example\"", "registrationURL@1:18")]
    [InlineData("registrationURL: \"https://\"", "registrationURL@1:18")]
    [InlineData("registrationURL: nonsense", "registrationURL@1:18")]
    [InlineData("remoteVerifierURL: nonsense", "remoteVerifierURL@1:20")]
    [InlineData("hubTlsCertFile: a.pem", "hubTlsCertFile@1:17")]
    [InlineData("hubTlsKeyFile: a.pem", "hubTlsKeyFile@1:16")]
    [InlineData("{hubTlsCertFile: a, hubTlsKeyFile: b, hubPublicHostname: c}", "hubPublicHostname@1:58")]
    [InlineData("{peers: [\"wss://a/mesh\"], peerListenAddress: \":1\"}", "peerAuthentication.trustedDomainSuffixes@")]
    [InlineData("{peers: [\"wss://a/mesh\"], peerAuthentication: {trustedDomainSuffixes: [.a]}}", "peerListenAddress@")]
    [InlineData("{peers: [\"\"]}", "peers[0]@1:10")]
    [InlineData("peerAuthentication: a", "peerAuthentication@1:21")]
    [InlineData("totalBandwidthMbps: -1", "totalBandwidthMbps@1:21")]
    [InlineData("udpMaxFlows: -1", "udpMaxFlows@1:14")]
    [InlineData("udpMaxDatagramBytes: -1", "udpMaxDatagramBytes@1:22")]
    [InlineData("udpFlowIdleTimeoutDefaultSeconds: -1", "udpFlowIdleTimeoutDefaultSeconds@1:35")]
    [InlineData("udpFlowIdleTimeoutMinSeconds: -1", "udpFlowIdleTimeoutMinSeconds@1:31")]
    [InlineData("udpFlowIdleTimeoutMinSeconds: 301", "udpFlowIdleTimeoutMinSeconds@1:31")]
    [InlineData("udpFlowIdleTimeoutMaxSeconds: -1", "udpFlowIdleTimeoutMaxSeconds@1:31")]
    [InlineData("udpFlowIdleTimeoutMaxSeconds: 4", "udpFlowIdleTimeoutMaxSeconds@1:31")]
    [InlineData("stunPort: 65536", "stunPort@1:11")]
    [InlineData("{udpRelayPorts: [3478], stunPort: 3478}", "stunPort@1:35")]
    [InlineData("allowOutbound: \"yes\"", "allowOutbound@1:16")]
    [InlineData("allowedOutboundPorts: [0]", "allowedOutboundPorts[0]@1:24")]
    [InlineData("allowedTCPPortClaims: [65536]", "allowedTCPPortClaims[0]@1:24")]
    [InlineData("allowedUDPPortClaims: [0]", "allowedUDPPortClaims[0]@1:24")]
    [InlineData("maxOutboundConnsPerBackend: -2", "maxOutboundConnsPerBackend@1:29")]
    [InlineData("outboundDialTimeoutSeconds: -1", "outboundDialTimeoutSeconds@1:29")]
    [InlineData("outboundIdleTimeoutSeconds: -1", "outboundIdleTimeoutSeconds@1:29")]
    [InlineData("peekTimeouts: {firstByteSeconds: -1}", "peekTimeouts.firstByteSeconds@1:34")]
    [InlineData("peekTimeouts: {idleExtensionSeconds: -1}", "peekTimeouts.idleExtensionSeconds@1:38")]
    [InlineData("peekTimeouts: {absoluteMaxSeconds: -1}", "peekTimeouts.absoluteMaxSeconds@1:36")]
    [InlineData("peekTimeouts: {firstByteSeconds: 9, absoluteMaxSeconds: 8}", "peekTimeouts.firstByteSeconds@1:34")]
    [InlineData("maxConcurrentPeeks: -2", "maxConcurrentPeeks@1:21")]
    public void Value_AgainstTheRules_IsAProblemAtItsPlace(string text, string expected)
    {
        var problem = Assert.Single(NodeFileReader.Parse(text).Problems);
        Assert.Equal(expected, $"{problem.Path}@{(problem.Position is { } at ? $"{at.Line}:{at.Column}" : "")}");
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("node 139")]
    public void Problems_AreAllFoundAtOnce()
    {
        var file = NodeFileReader.Parse("relayPorts: [99999]\nstunPort: x\nmaxConcurrentPeeks: -9\nhubTlsKeyFile: a\n");
        Assert.Equal(["relayPorts[0]", "stunPort", "maxConcurrentPeeks", "hubTlsKeyFile"], file.Problems.Select(problem => problem.Path));
    }

    [Theory]
    [Statement("node 139")]
    [InlineData("relayPort: [443]", "relayPorts")]
    [InlineData("RelayPorts: [443]", "relayPorts")]
    [InlineData("idleTimeoutSecond: 3", "idleTimeoutSeconds")]
    [InlineData("peektimeouts: {}", "peekTimeouts")]
    [InlineData("peekTimeouts: {firstByteSecond: 3}", "peekTimeouts.firstByteSeconds")]
    [InlineData("backendsJWTSecert: s", "backendsJWTSecret")]
    public void Key_Unknown_IsOnlyAWarning_ThatNamesTheNearest(string text, string nearest)
    {
        var file = NodeFileReader.Parse(text);
        Assert.Empty(file.Problems);
        Assert.Contains($"Did you mean {nearest}?", Assert.Single(file.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("node 139")]
    public void Key_LikeNoOther_IsOnlyAWarning()
    {
        var file = NodeFileReader.Parse("colour: red\nnested: {a: [1, {b: 2}]}\n");
        Assert.Empty(file.Problems);
        Assert.Equal(["colour", "nested"], file.Warnings.Select(warning => warning.Path));
    }

    [Fact]
    public void Keys_UnknownAndMany_AreNotAllListed()
    {
        var file = NodeFileReader.Parse(string.Concat(Enumerable.Range(0, 2_000).Select(i => $"{new string('k', 100)}{i}: 1\n")));
        Assert.Equal(21, file.Warnings.Count);
        Assert.All(file.Warnings, warning => Assert.True(warning.Path.Length <= 64));
    }

    [Theory]
    [InlineData("{allowOutbound: true, allowedOutboundPorts: [25], maxOutboundConnsPerBackend: -1}", "maxOutboundConnsPerBackend")]
    [InlineData("allowOutbound: true", "allowOutbound")]
    [InlineData("{allowedTCPPortClaims: [25], relayPorts: [443]}", "allowedTCPPortClaims")]
    [InlineData("{allowedUDPPortClaims: [53]}", "allowedUDPPortClaims")]
    [InlineData("{udpRelayPorts: [53]}", "udpRelayPorts")]
    public void Value_ThatMayBeAMistake_IsAWarning(string text, string path)
    {
        var file = NodeFileReader.Parse(text);
        Assert.Empty(file.Problems);
        Assert.Equal(path, Assert.Single(file.Warnings).Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("[1, 2]")]
    [InlineData("a: [")]
    [InlineData("relayPorts: [443]\nrelayPorts: [80]\n")]
    public void Text_ThatIsNoMapping_IsRefused(string text) => Assert.NotEmpty(NodeFileReader.Parse(text).Problems);

    [Fact]
    public void Text_OfTheClient_IsToldApart()
    {
        var file = NodeFileReader.Parse("backends: [{name: a}]\n");
        Assert.True(file.IsOfClient);
        Assert.Contains("client", Assert.Single(file.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:8443", "127.0.0.1:8443")]
    [InlineData("[::1]:8443", "[::1]:8443")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("0.0.0.0:8443", "0.0.0.0:8443")]
    public void Address_InTheOriginalsForms_IsRead(string text, string expected) =>
        Assert.Equal(expected, NodeFileReader.Parse($"backendListenAddress: \"{text}\"").Values.Text("backendListenAddress"));

    [Fact]
    public void Address_WithoutHost_IsEveryAddress() => Assert.Equal(
        Socket.OSSupportsIPv6 ? "[::]:8443" : "0.0.0.0:8443", NodeFileReader.Parse("backendListenAddress: \":8443\"").Values.Text("backendListenAddress"));

    [Theory]
    [InlineData("::1:8443")]
    [InlineData("[127.0.0.1]:8443")]
    [InlineData("8443")]
    [InlineData("a:")]
    [InlineData("a:+1")]
    [InlineData("a.invalid:1")]
    public void Address_OfAnotherForm_IsAProblem(string text) => Assert.Single(NodeFileReader.Parse($"backendListenAddress: \"{text}\"").Problems);
}
