using Nexus.Client.Cli.Configuration;
using Nexus.Testing;

namespace Nexus.Client.Cli.Tests.Configuration;

public sealed class ExampleFilesTests
{
    private const string Example = """
        # Two backends of one owner.
        backends:
          - name: "web"
            hostnames:
              - "app.example.com"
              - "*.preview.example.com"
            nexusAddresses:
              - "wss://nexus-1.example.com:8443/connect"
              - "wss://nexus-2.example.com:8443/connect"
            weight: 2
            attestation:
              command: "/usr/local/bin/attest"
              args: ["--profile", "web"]
              env:
                TPM_DEVICE: "/dev/tpmrm0"
              timeoutSeconds: 20
              cacheHandshakeSeconds: 30
            portMappings:
              443:
                default: "localhost:8443"
                hosts:
                  "app.example.com": "localhost:9443"
                  "*.preview.example.com": "localhost:9444"
              80:
                default: "localhost:8080"
            healthChecks:
              enabled: true
              inactivityTimeout: 60
              pongTimeout: 5

          - name: "email-server"
            hostnames:
              - "imap.example.com"
            nexusAddresses:
              - "wss://nexus-1.example.com:8443/connect"
            attestation:
              hmacSecretFile: "/etc/nexus/hmac.key"
              tokenTTLSeconds: 45
              reauthIntervalSeconds: 900
              reauthGraceSeconds: 15
              outboundAllowed: true
              allowedOutboundPorts: [25, 465, 587]
            portMappings:
              993:
                default: "localhost:993"
            socks5ListenAddr: "127.0.0.1:1080"
        """;

    private const string Stress = """
        backends:
          - name: stress
            hostname: stress.example.com
            nexusAddresses: ["wss://127.0.0.1:8443/connect"]
            weight: 1
            attestation:
              hmacSecret: stress-secret
            portMappings:
              443: {default: "127.0.0.1:9443"}
            healthChecks: {enabled: false}
            flowControl:
              highWaterMark: 48
              lowWaterMark: 16
              maxBuffer: 64
        """;

    [Statement("client 1")]
    [Fact]
    public void Example_LoadsUnchanged()
    {
        var file = BackendsFileReader.Parse(Example);
        Assert.Empty(file.Problems);
        var web = file.Backends[0];
        Assert.Equal(2, web.NexusAddresses.Count);
        Assert.Equal(2, web.Weight);
        Assert.Equal(20, web.Attestation.TimeoutSeconds);
        Assert.Equal(30, web.Attestation.CacheHandshakeSeconds);
        Assert.Equal(["--profile", "web"], web.Attestation.Args);
        Assert.Equal("/dev/tpmrm0", web.Attestation.Env["TPM_DEVICE"]);
        Assert.Equal("localhost:9444", web.PortMappings[443].Hosts["*.preview.example.com"]);
        var mail = file.Backends[1];
        Assert.Equal("/etc/nexus/hmac.key", mail.Attestation.HmacSecretFile);
        Assert.Equal(45, mail.Attestation.TokenTtlSeconds);
        Assert.Equal(900, mail.Attestation.ReauthIntervalSeconds);
        Assert.Equal(15, mail.Attestation.ReauthGraceSeconds);
        Assert.True(mail.Attestation.OutboundAllowed);
        Assert.Equal([25, 465, 587], mail.Attestation.AllowedOutboundPorts);
    }

    [Fact]
    public void Example_HasNoSettingWithoutEffect() =>
        Assert.Empty(BackendsFileReader.Parse(Example).Warnings);

    [Statement("client 1")]
    [Fact]
    public void StressFile_LoadsUnchanged()
    {
        var file = BackendsFileReader.Parse(Stress);
        Assert.Empty(file.Problems);
        Assert.Empty(file.Warnings);
        Assert.Equal(["stress.example.com"], file.Backends[0].Hostnames);
    }
}
