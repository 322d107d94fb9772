using Microsoft.Extensions.Options;
using Nexus.Testing;

namespace Nexus.Client.Tests.Configuration;

public sealed class BackendValidationTests
{
    [Fact]
    public void Options_Valid_HaveNoErrors() => Assert.Empty(CreateValid().Validate());

    [Fact]
    [Statement("client 12", "client 17")]
    public void Options_Empty_EveryErrorIsReported() => Assert.Equal(
        ["backends[1].name", "backends[1].hostnames", "backends[1].nexusAddresses", "backends[1].attestation", "backends[1].portMappings"],
        new NexusBackendOptions().Validate("backends[1]").Select(error => error.Path));

    public static TheoryData<string, Action<NexusBackendOptions>> Wrong => new()
    {
        { "hostnames[0]", options => options.Hostnames = ["tcp:53"] },
        { "hostnames[0]", options => options.Hostnames = ["udp:53"] },
        { "hostnames[1]", options => options.Hostnames = ["a", " . "] },
        { "tcpPorts[0]", options => options.TcpPorts = [0] },
        { "tcpPorts[1]", options => options.TcpPorts = [80, 65_536] },
        { "udpRoutes[0].port", options => options.UdpRoutes = [new()] },
        { "udpRoutes[1].port", options => options.UdpRoutes = [new() { Port = 53 }, new() { Port = 53 }] },
        { "udpRoutes[0].flowIdleTimeoutSeconds", options => options.UdpRoutes = [new() { Port = 53, FlowIdleTimeoutSeconds = -1 }] },
        { "nexusAddresses[0]", options => options.NexusAddresses = [""] },
        { "nexusAddresses[0]", options => options.NexusAddresses = ["https://example.com/connect"] },
        { "nexusAddresses[0]", options => options.NexusAddresses = ["wss://user:pw@example.com/connect"] },
        { "attestation", options => options.Attestation = new() { Command = " ", HmacSecret = " ", HmacSecretFile = " " } },
        { "attestation.timeoutSeconds", options => options.Attestation.TimeoutSeconds = -1 },
        { "attestation.timeoutSeconds", options => options.Attestation.TimeoutSeconds = 5_000_000 },
        { "attestation.cacheHandshakeSeconds", options => options.Attestation.CacheHandshakeSeconds = -1 },
        { "attestation.tokenTTLSeconds", options => options.Attestation.TokenTtlSeconds = -1 },
        { "attestation.handshakeMaxAgeSeconds", options => options.Attestation.HandshakeMaxAgeSeconds = -1 },
        { "attestation.reauthIntervalSeconds", options => options.Attestation.ReauthIntervalSeconds = -1 },
        { "attestation.reauthGraceSeconds", options => options.Attestation.ReauthGraceSeconds = -1 },
        { "attestation.maintenanceGraceCapSeconds", options => options.Attestation.MaintenanceGraceCapSeconds = -1 },
        { "portMappings[80]", options => options.PortMappings[80] = new() { Default = " " } },
        { "portMappings[443].hosts[*.*.example]", options => options.PortMappings[443].Hosts["*.*.example"] = "localhost:1" },
        { "portMappings[443].hosts[a.example]", options => options.PortMappings[443].Hosts["a.example"] = " " },
        { "portMappings[443].default.tls", options => (options.Hostnames, options.PortMappings[443].DefaultTls.Mode) = (["a.example", "*.example"], NexusTlsMode.Auto) },
        { "portMappings[443].default.tls", options => (options.Hostnames, options.PortMappings[443].DefaultTls.Mode) = (["a_b.example"], NexusTlsMode.Auto) },
        { "portMappings[443].default.tls", options => (options.Hostnames, options.TcpPorts, options.PortMappings[443].DefaultTls.Mode) = ([], [443], NexusTlsMode.Auto) },
        { "portMappings[443].default.tls", options => options.PortMappings[443].DefaultTls.Mode = (NexusTlsMode)3 },
        { "portMappings[443].default", options => Map(options, "a.example", new()).DefaultTls = new() { Mode = NexusTlsMode.Files, CertificateFile = AnyFile, KeyFile = AnyFile } },
        { "portMappings[443].default.certFile", options => options.PortMappings[443].DefaultTls = new() { Mode = NexusTlsMode.Files, KeyFile = AnyFile } },
        { "portMappings[443].default.keyFile", options => options.PortMappings[443].DefaultTls = new() { Mode = NexusTlsMode.Files, CertificateFile = AnyFile, KeyFile = "/no/such" } },
        { "portMappings[443].default.keyFile", options => options.PortMappings[443].DefaultTls = new() { Mode = NexusTlsMode.Auto, KeyFile = AnyFile } },
        { "portMappings[443].hosts[*.example].tls", options => Map(options, "*.example", new() { Mode = NexusTlsMode.Auto }) },
        { "portMappings[443].hosts[b.example].tls", options => Map(options, "b.example", new() { Mode = NexusTlsMode.Auto }) },
        { "portMappings[443].hosts[b.example]", options => options.PortMappings[443].HostTls["b.example"] = new() },
        { "tls.directory", options => options.Tls.Directory = "http://authority.example/directory" },
        { "tls.directory", options => options.Tls.Directory = "authority" },
        { "tls.contacts[0]", options => options.Tls.Contacts = ["admin"] },
        { "tls.challenges[1]", options => options.Tls.Challenges = ["http-01", "dns-01"] },
        { "tls.maxOrdersPerHour", options => options.Tls.MaxOrdersPerHour = 0 },
        { "tls.externalAccountId", options => options.Tls.ExternalAccountId = "id" },
        { "tls.externalAccountKeyFile", options => (options.Tls.ExternalAccountId, options.Tls.ExternalAccountKeyFile) = ("id", "/no/such") },
        { "tls.caFile", options => options.Tls.AuthorityCertificateFile = "/no/such" },
        { "flowControl.lowWaterMark", options => options.FlowControl = new() { LowWaterMark = 48 } },
        { "flowControl.highWaterMark", options => options.FlowControl = new() { MaxBuffer = 40 } },
        { "flowControl.highWaterMark", options => options.FlowControl = new() { HighWaterMark = 64 } },
        { "flowControl.maxBuffer", options => options.FlowControl = new() { MaxBuffer = 536_870_912 } },
        { "transport.drainTimeout", options => options.Transport.DrainTimeout = TimeSpan.FromSeconds(-1) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    [Statement("client 11", "client 13", "client 17", "client 18", "client 20", "client 23")]
    public void Options_OneThingWrong_IsReportedWithItsPath(string path, Action<NexusBackendOptions> breakIt)
    {
        var options = CreateValid();
        breakIt(options);
        Assert.Equal(path, Assert.Single(options.Validate()).Path);
    }

    [Fact]
    public void AutomaticCertificates_AreForTheConcreteNamesThatLeadThere()
    {
        var options = CreateValid();
        options.Hostnames = ["A.example", "b.example.", "c.example", "*.wild.example"];
        var mapping = Map(options, "c.example", new());
        mapping.Default = "localhost:1";
        mapping.DefaultTls.Mode = NexusTlsMode.Auto;
        foreach (var host in (string[])["*.wild.example", "One.wild.example"]) mapping.Hosts[host] = "localhost:2";
        mapping.HostTls["One.wild.example"] = new() { Mode = NexusTlsMode.Auto };

        Assert.Empty(options.Validate());
        using var folder = new TemporaryFolder();
        options.Tls.StateDirectory = folder.Path;
        Assert.Equal(["a.example", "b.example", "one.wild.example"], new NexusClient(options).Certificates.Select(certificate => certificate.Host));
    }

    [Fact]
    [Statement("client 12")]
    public void Options_WithoutNames_PortsAreEnough()
    {
        var options = CreateValid();
        options.Hostnames = [];
        options.TcpPorts = [25, 25];
        Assert.Empty(options.Validate());
    }

    [Fact]
    public void Options_WithCode_NeedNeitherAttestationNorMappings()
    {
        var options = CreateValid();
        options.Attestation = new();
        options.PortMappings = new Dictionary<int, NexusPortMapping>();
        Assert.Empty(options.Validate(hasTokenProvider: true, hasConnectHandler: true));
    }

    [Fact]
    [Statement("client 23")]
    public void Client_WrongOptions_ThrowsAllErrorsAtOnce()
    {
        var error = Assert.Throws<OptionsValidationException>(() => new NexusClient(new()));
        Assert.Equal(5, error.Failures.Count());
    }

    private static string AnyFile => typeof(BackendValidationTests).Assembly.Location;

    private static NexusPortMapping Map(NexusBackendOptions options, string host, NexusTargetTls tls)
    {
        var mapping = options.PortMappings[443] = new();
        mapping.Hosts[host] = "localhost:8443";
        mapping.HostTls[host] = tls;
        return mapping;
    }

    private static NexusBackendOptions CreateValid() => new()
    {
        Name = "b",
        Hostnames = ["a.example"],
        NexusAddresses = ["wss://hub.example:8443/connect"],
        Attestation = new() { HmacSecret = "s" },
        PortMappings = new Dictionary<int, NexusPortMapping> { [443] = new() { Default = "localhost:8443" } },
    };
}
