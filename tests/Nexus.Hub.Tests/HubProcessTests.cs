using Nexus.Testing;

namespace Nexus.Hub.Tests;

/// <summary>The program itself, as a process.</summary>
public sealed class HubProcessTests
{
    [Fact]
    public async Task Start_SeveralKeysAreWrong_ExitsWith78AndNamesAll()
    {
        await using var hub = RealProcess.StartDotnet(
            Path.Combine(AppContext.BaseDirectory, "Nexus.Hub.dll"),
            ["--Nexus:Hub:Sessions:MaxSessions=0", "--Kestrel:Endpoints:Grpc:Url=http://127.0.0.1:0"]);
        Assert.Equal(78, await hub.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.All(
            [
                "Nexus:Hub:Authentication:Secret: ", "Nexus:Hub:Sessions:MaxSessions: ", "services:certs:grpc:0", "services:mesh:grpc:0",
                "Nexus:Hub:Announcing:StreamAddress: ",
            ],
            part => Assert.Contains(part, hub.Output, StringComparison.Ordinal));
    }

    [Fact]
    [Statement("node 139")]
    public async Task Start_EverythingAboutAuthenticationIsWrong_ExitsWith78AndNamesAll()
    {
        const string Section = "Nexus:Hub:Authentication";
        await using var hub = RealProcess.StartDotnet(
            Path.Combine(AppContext.BaseDirectory, "Nexus.Hub.dll"),
            [
                $"--{Section}:RemoteVerifierUrl=ftp://verifier.test/", $"--{Section}:RemoteVerifierTimeout=00:01:00", $"--{Section}:JwksUrl=http://keys.test/",
                $"--{Section}:JwksFile=nowhere.json", $"--{Section}:JwksRefreshInterval=00:00:01", $"--{Section}:TrustedRootsFile=nowhere.pem",
                $"--{Section}:MaxTokenLifetime=-00:00:01", $"--{Section}:StatusAllowedNetworks:0=the neighbours",
                $"--{Section}:SecretsById:old=", $"--{Section}:AllowedTcpPortClaims:0=70000",
                $"--{Section}:Ownership:0:Hostnames:0=app.test", $"--{Section}:Ownership:1:Subject=team", $"--{Section}:Ownership:1:Hostnames:0=*.",
            ]);

        Assert.Equal(78, await hub.WaitForExitAsync(TestContext.Current.CancellationToken));
        string[] wrong =
        [
            "RemoteVerifierUrl: must be an http or https address.", "RemoteVerifierTimeout: ", "JwksUrl: must be an https address.", "JwksFile: give either this or JwksUrl.",
            "JwksFile: there is no such file.", "JwksRefreshInterval: ", "TrustedRootsFile: cannot be read", "MaxTokenLifetime: ", "StatusAllowedNetworks: \"the neighbours\" is neither an address nor a network",
            "SecretsById:old: the secret is empty.", "Ownership:0: needs a Subject", "Ownership:1:Hostnames: \"*.\" is no name.",
        ];
        Assert.All(wrong, part => Assert.Contains($"{Section}:{part}", hub.Output, StringComparison.Ordinal));
        Assert.Contains("70000 is not a port", hub.Output, StringComparison.Ordinal);
    }

    [Theory]
    [Statement("node 139")]
    [InlineData("RemoteVerifierUrl", "not an address")]
    [InlineData("NameConflicts", "Perhaps")]
    [InlineData("RequireExpiry", "sometimes")]
    [InlineData("JwksRefreshInterval", "often")]
    public async Task Start_ValueOfAnotherKind_ExitsWith78AndNamesTheKey(string key, string value)
    {
        await using var hub = RealProcess.StartDotnet(
            Path.Combine(AppContext.BaseDirectory, "Nexus.Hub.dll"), [$"--Nexus:Hub:Authentication:{key}={value}", "--Nexus:Hub:Authentication:Secret=s"]);

        Assert.Equal(78, await hub.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"Nexus:Hub:Authentication:{key}", hub.Output, StringComparison.Ordinal);
    }
}
