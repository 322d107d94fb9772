using System.Net;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>The node's own certificate from an ACME authority, proven through the edge's port for plain HTTP.</summary>
public sealed class NodeCertificateTests(AuthoritySystem system) : IClassFixture<AuthoritySystem>
{
    private const string Host = AuthoritySystem.Host;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("node 93")]
    public async Task PublicName_GetsACertificateThroughTheEdge_AndKeepsItAcrossAKill()
    {
        SkipUnlessInstalled();
        using var issued = await system.PublicCertificateAsync();
        Assert.True(issued.MatchesHostname(Host));
        Assert.Equal("Valid", await system.Pebble.GetStatusAsync(issued.SerialNumber));

        await system.Certs.KillAsync();
        system.Certs.Start();
        using var again = await system.PublicCertificateAsync();
        Assert.Equal(issued.SerialNumber, again.SerialNumber);
    }

    [Theory]
    [InlineData("GET", Host, "/.well-known/acme-challenge/unknown", HttpStatusCode.NotFound)]
    [InlineData("GET", Host, "/.well-known/acme-challenge/", HttpStatusCode.NotFound)]
    [InlineData("GET", Host, "/.well-known/acme-challenge/a%2fb", HttpStatusCode.NotFound)]
    [InlineData("POST", Host, "/.well-known/acme-challenge/unknown", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", Host, "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "other.test", "/.well-known/acme-challenge/unknown", HttpStatusCode.NotFound)]
    public async Task Question_ThatNobodyHasAskedFor_HasNoAnswer(string method, string host, string path, HttpStatusCode expected)
    {
        SkipUnlessInstalled();
        using var user = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:{system.PlainPort}{path}") { Headers = { Host = host } };
        using var answer = await user.SendAsync(request, Cancellation);
        Assert.Equal(expected, answer.StatusCode);
    }

    /// <summary>As <see cref="SecretsTests"/>, for what only this node has: the account with the authority, and a certificate of it.</summary>
    [Fact]
    public async Task Secrets_OfTheAuthoritysCustomer_AreNowhere()
    {
        SkipUnlessInstalled();
        using var issued = await system.PublicCertificateAsync();
        var scan = new SecretScan();
        await system.PlantAsync(scan);
        Assert.InRange(scan.Count, 4, 100); // the customer's, the account's, the certificate's, the internal authority's

        await Eventually.SucceedsAsync(
            () => Task.FromResult(system.Telemetry.Text("/v1/logs").Contains("Nexus.Certs.Public", StringComparison.Ordinal) && system.Telemetry.Text("/v1/traces").Contains("Nexus.Certs", StringComparison.Ordinal)),
            () => "Certs has exported nothing.");
        foreach (var signal in (string[])["/v1/logs", "/v1/traces", "/v1/metrics"]) scan.Look(signal, system.Telemetry.Text(signal));
        foreach (var service in system.Services) scan.Look(service.Name, service.Output);
        var redis = await system.ReadRedisAsync();
        scan.Look("Redis", redis);
        foreach (var folder in system.StateFolders.Where(Directory.Exists)) scan.LookAtModes("state", folder);
        Assert.Empty(scan.Findings);
        Assert.Contains("trce:", system.Certs.Output, StringComparison.Ordinal);
        if (redis.Length > 0) Assert.Contains("nexus:{certs}:account-", redis, StringComparison.Ordinal);
    }

    private static void SkipUnlessInstalled() => DebianProgram.SkipUnlessInstalled("pebble");
}
