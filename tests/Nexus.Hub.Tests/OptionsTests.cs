using Microsoft.Extensions.Options;
using Nexus.Hub.Announcing;
using Nexus.Hub.Authentication;
using Nexus.Hub.Certificates;
using Nexus.Hub.Sessions;

namespace Nexus.Hub.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Sessions_Defaults_AreValid() => Assert.True(new SessionsOptionsValidator().Validate(null, new()).Succeeded);

    [Fact]
    public void Sessions_SeveralErrors_AreAllReported()
    {
        var result = new SessionsOptionsValidator().Validate(null, new() { ListenAddress = "nowhere", MaxSessions = 0, MaxUnauthenticated = 1 });
        AssertFailures(result, "ListenAddress", "MaxSessions", "MaxUnauthenticatedPerAddress");
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
    public void Certificates_WithoutAddress_NamesTheKey() =>
        AssertFailures(new CertificatesOptionsValidator().Validate(null, new()), "services:certs:grpc:0");

    private static void AssertFailures(ValidateOptionsResult result, params string[] parts)
    {
        var failures = result.Failures?.ToList() ?? [];
        Assert.Equal(parts.Length, failures.Count);
        Assert.All(parts, part => Assert.Contains(failures, failure => failure.Contains(part, StringComparison.Ordinal)));
    }
}
