using Nexus.Client.Cli.Configuration;

namespace Nexus.Client.Cli.Tests.Configuration;

public sealed class PortMappingSchemaTests
{
    [Fact]
    public void Target_AsMapping_SaysWhereTlsEnds()
    {
        var backend = Assert.Single(Read("""
            {443: {default: {target: "localhost:3000", tls: auto}, hosts: {b.example: {target: "localhost:4000", tls: passthrough, proxyProtocol: v2}, c.example: "localhost:5000"}}}
            """).Backends);
        var mapping = backend.PortMappings[443];
        Assert.Equal(("localhost:3000", NexusTlsMode.Auto), (mapping.Default, mapping.DefaultTls.Mode));
        Assert.Equal(["localhost:4000", "localhost:5000"], mapping.Hosts.Values);
        Assert.Empty(mapping.HostTls);
        Assert.Equal(NexusProxyProtocol.None, mapping.ProxyProtocol);
        Assert.Equal(new Dictionary<string, NexusProxyProtocol> { ["b.example"] = NexusProxyProtocol.V2 }, mapping.HostProxyProtocols);
    }

    [Fact]
    public void ProxyProtocol_WithinTheDefault_IsNotThatOfTheHosts()
    {
        var mapping = Assert.Single(Read("""
            {443: {default: {target: "localhost:3000", proxyProtocol: v2}, hosts: {b.example: "localhost:4000"}, proxyProtocol: v1}}
            """).Backends).PortMappings[443];
        Assert.Equal(NexusProxyProtocol.V2, mapping.ProxyProtocol);
        Assert.Equal(NexusProxyProtocol.V1, mapping.HostProxyProtocols["b.example"]);
    }

    [Fact]
    public void Authority_EveryKey_IsRead()
    {
        var file = Read("""{443: {default: {target: "localhost:3000", tls: auto}}}""", """
                tls: {directory: "https://ca.example/dir", stateDir: state, contacts: ["mailto:a@b.example"], profile: short, maxOrdersPerHour: 7, challenges: [http-01], caFile: ca.pem, externalAccountId: id, externalAccountKeyFile: key}
            """);
        var tls = Assert.Single(file.Backends).Tls;
        Assert.Equal(("https://ca.example/dir", "state", "short", "ca.pem", "id", "key"), (tls.Directory, tls.StateDirectory, tls.Profile, tls.AuthorityCertificateFile, tls.ExternalAccountId, tls.ExternalAccountKeyFile));
        Assert.Equal(["mailto:a@b.example", "http-01"], tls.Contacts.Concat(tls.Challenges));
        Assert.Equal(7, tls.MaxOrdersPerHour);
        Assert.Equal(["backends[0].tls.externalAccountKeyFile", "backends[0].tls.caFile"], file.Problems.Select(problem => problem.Error.Path));
    }

    [Theory]
    [InlineData("{443: {default: {tls: auto}}}", "backends[0].portMappings[443].default")]
    [InlineData("{443: {default: {target: x:1, tls: on}}}", "backends[0].portMappings[443].default.tls")]
    [InlineData("{443: {default: {target: x:1, cert: a}}}", "backends[0].portMappings[443].default.cert")]
    [InlineData("{443: {hosts: {\"*.example\": {target: x:1, tls: auto}}}}", "backends[0].portMappings[443].hosts[*.example].tls")]
    [InlineData("{443: {hosts: {a.example: {target: x:1, tls: files, certFile: /no/such, keyFile: /no/such}}}}", "backends[0].portMappings[443].hosts[a.example].certFile")]
    public void Target_Wrong_IsToldWithItsPlace(string mappings, string path)
    {
        var problem = Read(mappings).Problems[0];
        Assert.Equal(path, problem.Error.Path);
        Assert.NotNull(problem.Position);
    }

    private static BackendsFile Read(string mappings, string more = "") => BackendsFileReader.Parse($$"""
        backends:
          - name: b
            hostnames: [a.example, b.example, c.example]
            nexusAddresses: ["wss://hub.example/connect"]
            attestation: {hmacSecret: s}
            portMappings: {{mappings}}
        {{more}}
        """);
}
