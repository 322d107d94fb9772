using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.ServiceDefaults.Tests.NodeConfiguration;

/// <summary>What the values of a file mean for a service's options.</summary>
public sealed class NodeSettingsTests
{
    private static readonly NodeKeyMap s_all = new()
    {
        Service = "all",
        Uses = [.. NodeSchema.Keys.Select(key => new NodeKeyUse(key.Name, "T:" + key.Name))],
    };

    [Fact]
    [Statement("node 140")]
    public void Zero_WhereItStandsForTheDefault_SetsNothing()
    {
        string[] zeroIsDefault =
        [
            "maintenanceGraceDefaultSeconds", "udpMaxFlows", "udpMaxDatagramBytes", "udpFlowIdleTimeoutDefaultSeconds", "udpFlowIdleTimeoutMinSeconds",
            "udpFlowIdleTimeoutMaxSeconds", "maxOutboundConnsPerBackend", "outboundDialTimeoutSeconds", "maxConcurrentPeeks",
        ];
        Assert.Empty(Settings(string.Concat(zeroIsDefault.Select(key => $"{key}: 0\n")) + "peekTimeouts: {firstByteSeconds: 0, idleExtensionSeconds: 0, absoluteMaxSeconds: 0}\n"));
    }

    [Theory]
    [Statement("node 140")]
    [InlineData("maxConcurrentPeeks", "-1")]
    [InlineData("maxOutboundConnsPerBackend", "-1")]
    [InlineData("stunPort", "0")]
    [InlineData("totalBandwidthMbps", "0")]
    public void Number_WithAMeaningOfItsOwn_IsPassedOn(string key, string value) => Assert.Equal(value, Settings($"{key}: {value}")["T:" + key]);

    [Theory]
    [Statement("node 140")]
    [InlineData("idleTimeoutSeconds: 0", "idleTimeoutSeconds", "00:00:00")]
    [InlineData("idleTimeoutSeconds: 60", "idleTimeoutSeconds", "00:01:00")]
    [InlineData("idleTimeoutSeconds: 90.0", "idleTimeoutSeconds", "00:01:30")]
    [InlineData("idleTimeoutSeconds: 2592000", "idleTimeoutSeconds", "30.00:00:00")]
    [InlineData("outboundIdleTimeoutSeconds: 0", "outboundIdleTimeoutSeconds", "00:00:00")]
    public void Seconds_BecomeASpan(string text, string key, string expected) => Assert.Equal(expected, Settings(text)["T:" + key]);

    [Fact]
    [Statement("node 140")]
    public void Absent_Null_AndEmpty_SetNothing() =>
        Assert.Empty(Settings("region:\nbackendsJWTSecret: \"\"\npeers: []\nrelayPorts:\nallowOutbound: ~\nudpRelayPorts: []\npeekTimeouts:\n"));

    [Theory]
    [Statement("node 140")]
    [InlineData("{firstByteSeconds: 45}", "00:00:30", null)]
    [InlineData("{absoluteMaxSeconds: 10}", "00:00:10", "00:00:10")]
    [InlineData("{firstByteSeconds: 45, absoluteMaxSeconds: 60}", "00:00:45", "00:01:00")]
    [InlineData("{firstByteSeconds: 20}", "00:00:20", null)]
    public void FirstByte_Alone_IsClampedToTheWholePeek(string peeks, string first, string? whole)
    {
        var settings = Settings($"peekTimeouts: {peeks}");
        Assert.Equal(first, settings["T:peekTimeouts.firstByteSeconds"]);
        Assert.Equal(whole, settings.GetValueOrDefault("T:peekTimeouts.absoluteMaxSeconds"));
    }

    [Theory]
    [InlineData("relayPorts: [443, 80]", "443", "80")]
    [InlineData("relayPorts: [443]", "443", "-1")]
    [InlineData("relayPorts: [80]", "80", "-1")]
    [InlineData("{relayPorts: [443, 80], plainHTTPPort: -1}", "443,80", "-1")]
    [InlineData("{relayPorts: [443, 8080, 80], plainHTTPPort: 8080}", "443,80", "8080")]
    [InlineData("{relayPorts: [443], plainHTTPPort: 8080}", "443", "8080")]
    public void Port80_AmongOthers_IsThePlainOne_UnlessSaidOtherwise(string text, string relay, string plain)
    {
        var settings = Settings(text);
        Assert.Equal(relay, string.Join(',', settings.Where(setting => setting.Key.StartsWith("T:relayPorts:", StringComparison.Ordinal)).OrderBy(setting => setting.Key).Select(setting => setting.Value)));
        Assert.Equal(plain, settings["T:plainHTTPPort"]);
    }

    private static Dictionary<string, string?> Settings(string text)
    {
        var file = NodeFileReader.Parse(text);
        Assert.Empty(file.Problems);
        return NodeSettings.Of(file.Values, s_all);
    }
}
