using Microsoft.Extensions.Options;
using Nexus.Hub.Announcing;
using Nexus.Hub.Authentication;
using Nexus.Hub.Bandwidth;
using Nexus.Hub.OrchestratorRegistration;
using Nexus.Hub.Sessions;
using Nexus.Hub.Stun;
using Nexus.Testing;

namespace Nexus.Hub.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Sessions_Defaults_AreValid() => Assert.True(new SessionsOptionsValidator().Validate(null, new()).Succeeded);

    [Fact]
    public void Sessions_SeveralErrors_AreAllReported()
    {
        var result = new SessionsOptionsValidator().Validate(null, new() { ListenAddress = "nowhere", MaxSessions = 0, MaxUnauthenticated = 1, FrozenAfter = TimeSpan.FromSeconds(2) });
        AssertFailures(result, "ListenAddress", "MaxSessions", "MaxUnauthenticatedPerAddress", "FrozenAfter");
    }

    [Fact]
    public void Authentication_WithoutSecret_IsInvalid() =>
        AssertFailures(new AuthenticationOptionsValidator().Validate(null, new()), "Secret");

    [Fact]
    public void Authentication_BadPortsAndTimes_AreAllReported()
    {
        var options = new AuthenticationOptions { Secret = "s", UdpFlowIdleTimeoutMin = TimeSpan.FromHours(2), UdpFlowIdleTimeoutMax = TimeSpan.FromHours(1) };
        options.AllowedTcpPortClaims.Add(70_000);
        options.Secrets.Add("");
        AssertFailures(new AuthenticationOptionsValidator().Validate(null, options), "70000", "Secrets", "UdpFlowIdleTimeoutMax");
    }

    [Fact]
    public void Announcing_WithoutAddresses_NamesBothKeys() =>
        AssertFailures(new AnnouncingOptionsValidator().Validate(null, new()), "services:mesh:grpc:0", "Kestrel:Endpoints:Grpc:Url");

    [Fact]
    [Statement("node 139")]
    public void Bandwidth_BelowZero_IsInvalid()
    {
        Assert.True(new BandwidthOptionsValidator().Validate(null, new()).Succeeded);
        AssertFailures(new BandwidthOptionsValidator().Validate(null, new() { TotalMegabitsPerSecond = -1 }), "TotalMegabitsPerSecond");
    }

    [Fact]
    [Statement("node 139")]
    public void Stun_SeveralErrors_AreAllReported()
    {
        Assert.True(new StunOptionsValidator().Validate(null, new()).Succeeded);
        AssertFailures(new StunOptionsValidator().Validate(null, new() { Port = 65_536, BindAddress = "here", MaxPerSecond = 0 }), "Port", "BindAddress", "MaxPerSecond");
    }

    [Fact]
    [Statement("node 139")]
    public void OrchestratorRegistration_PlainHttpOrNoFixedPort_IsInvalidOnlyWhenItIsOn()
    {
        var validator = new OrchestratorRegistrationOptionsValidator();
        Assert.True(validator.Validate(null, new() { BackendPort = 0 }).Succeeded);
        AssertFailures(validator.Validate(null, new() { Url = new("http://orchestrator.test/"), BackendPort = 0 }), "https", "BackendPort");
        Assert.True(validator.Validate(null, new() { Url = new("https://orchestrator.test/"), BackendPort = 8443 }).Succeeded);
    }

    private static void AssertFailures(ValidateOptionsResult result, params string[] parts)
    {
        var failures = result.Failures?.ToList() ?? [];
        Assert.Equal(parts.Length, failures.Count);
        Assert.All(parts, part => Assert.Contains(failures, failure => failure.Contains(part, StringComparison.Ordinal)));
    }
}
