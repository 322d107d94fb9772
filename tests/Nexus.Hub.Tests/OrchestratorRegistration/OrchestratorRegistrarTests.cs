using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Hub.OrchestratorRegistration;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;
using Nexus.WebSocketHosting.Certificates;

namespace Nexus.Hub.Tests.OrchestratorRegistration;

/// <summary>spec/node.md §9 with the whole hub, against a real HTTPS server.</summary>
public sealed class OrchestratorRegistrarTests
{
    private const string Prefix = "Nexus:Hub:OrchestratorRegistration:";
    private const int CertificateInUse = 1; // of CertificatesLog

    [Fact]
    [Statement("node 135", "node 136")]
    public async Task Hub_WithoutRegionAndStun_PostsItsPortWithItsCertificateAndComesBack()
    {
        await using var orchestrator = new OrchestratorPeer();
        await orchestrator.StartAsync();
        await using var hub = await StartAsync(orchestrator);

        var (body, contentType, thumbprint) = await FirstAsync(hub, orchestrator);
        Assert.Equal("""{"backendPort":31443}""", body);
        Assert.Equal("application/json", contentType);
        Assert.Equal(ThumbprintOf(hub.Region.Certificates.Current), thumbprint);
        await hub.LoggedAsync("OrchestratorRegistrar", 1);
        Assert.Equal(1, hub.Metrics.Observe("nexus.hub.registration.registered"));

        await BeatAsync(hub, seconds: 7);
        await orchestrator.ReceivedAsync();
        await hub.Metrics.WaitForSumAsync("nexus.hub.registration.attempts", 2, ("outcome", "registered"));
    }

    [Fact]
    [Statement("node 135")]
    public async Task Hub_WithRegionAndStun_PostsThem()
    {
        await using var orchestrator = new OrchestratorPeer();
        await orchestrator.StartAsync();
        var stun = FreePort.Reserve();
        await using var hub = await StartAsync(orchestrator, (Prefix + "Region", "eu"), ("Nexus:Hub:Stun:Port", $"{stun.Port}"));
        stun.Dispose();
        Assert.Equal($$$"""{"region":"eu","backendPort":31443,"services":{"stunPort":{{{stun.Port}}}}}""", (await FirstAsync(hub, orchestrator)).Body);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [Statement("node 135")]
    public async Task Refusal_StopsForGood(int status)
    {
        await using var orchestrator = new OrchestratorPeer { Answer = (status, "no", null) };
        await orchestrator.StartAsync();
        await using var hub = await StartAsync(orchestrator);
        await FirstAsync(hub, orchestrator);
        await hub.LoggedAsync("OrchestratorRegistrar", 3);
        await hub.AdvanceAsync(200);
        Assert.False(orchestrator.HasMore);
    }

    [Fact]
    [Statement("node 135")]
    public async Task Throttle_WithRetryAfter_IsWaitedForAndThenItRegisters()
    {
        await using var orchestrator = new OrchestratorPeer { Answer = (429, "", "30") };
        await orchestrator.StartAsync();
        await using var hub = await StartAsync(orchestrator);
        await FirstAsync(hub, orchestrator);
        await hub.LoggedAsync("OrchestratorRegistrar", 2);
        orchestrator.Answer = (200, """{"heartbeat_interval":60}""", null);
        await hub.AdvanceAsync(29);
        Assert.False(orchestrator.HasMore);

        await hub.AdvanceUntilAsync(hub.LoggedAsync("OrchestratorRegistrar", 1));
        await orchestrator.ReceivedAsync();
    }

    [Fact]
    [Statement("node 136", "node 138")]
    public async Task Certificate_Renewed_IsPresentedWithTheNextHeartbeat()
    {
        await using var orchestrator = new OrchestratorPeer();
        await orchestrator.StartAsync();
        await using var hub = await StartAsync(orchestrator);
        var before = (await FirstAsync(hub, orchestrator)).Thumbprint;
        await hub.LoggedAsync("OrchestratorRegistrar", 1);

        hub.Region.Certificates.Use(hub.Certificates.IssuePem(HubUnderTest.Name));
        await hub.LoggedAsync("CertificateWatcher", 1, log => log.Message.Contains("generation 2", StringComparison.Ordinal));
        await BeatAsync(hub, seconds: 7);
        var after = (await orchestrator.ReceivedAsync()).Thumbprint;
        Assert.NotEqual(before, after);
        Assert.Equal(ThumbprintOf(hub.Region.Certificates.Current), after);
    }

    [Fact]
    [Statement("node 136")]
    public async Task Stop_EndsTheHeartbeatsBeforeAnythingElse()
    {
        await using var orchestrator = new OrchestratorPeer();
        await orchestrator.StartAsync();
        await using var hub = await StartAsync(orchestrator);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        await FirstAsync(hub, orchestrator);
        await hub.LoggedAsync("OrchestratorRegistrar", 1);

        // The open stream keeps the hub draining for 30 s: four heartbeats' time.
        var stopping = hub.BeginStop();
        await hub.LoggedAsync("SessionsDrain", 4);
        await hub.AdvanceAsync(20);
        Assert.False(stopping.IsCompleted);
        Assert.False(orchestrator.HasMore);
    }

    [Fact]
    [Statement("node 135")]
    public async Task Orchestrator_ThatIsAway_IsAskedAgain()
    {
        var orchestrator = new OrchestratorPeer();
        await orchestrator.StartAsync();
        await orchestrator.DisposeAsync();
        await using var hub = await StartAsync(orchestrator);
        await hub.AdvanceUntilAsync(hub.Metrics.WaitForSumAsync("nexus.hub.registration.attempts", 3, ("outcome", "unreachable")));
    }

    private static Task<HubUnderTest> StartAsync(OrchestratorPeer orchestrator, params (string Key, string Value)[] settings) =>
        StartAsync(orchestrator.Url, orchestrator.Validation, settings);

    private static Task<HubUnderTest> StartAsync(Uri url, RemoteCertificateValidationCallback validation, params (string Key, string Value)[] settings) => HubUnderTest.StartWithAsync(
        services => services.AddSingleton(hub => new RegistrationClient(hub.GetRequiredService<NodeCertificate>(), hub.GetRequiredService<TimeProvider>()) { Validation = validation }),
        [(Prefix + "Url", url.AbsoluteUri), (Prefix + nameof(OrchestratorRegistrationOptions.BackendPort), "31443"), .. settings]);

    /// <summary>
    /// The first attempt comes when the hub has its certificate; it looks once per second. The clock goes a few seconds on and no further: an
    /// attempt that is under way on a busy machine must not meet its time limit.
    /// </summary>
    private static async Task<(string Body, string ContentType, string Thumbprint)> FirstAsync(HubUnderTest hub, OrchestratorPeer orchestrator)
    {
        var received = orchestrator.ReceivedAsync();
        await hub.LoggedAsync("CertificateWatcher", CertificateInUse);
        for (var second = 0; second < 5 && !received.IsCompleted; second++) await hub.AdvanceAsync(1);
        return await received;
    }

    /// <summary>The clock may have gone on by a second after the timer was armed: the first attempt's test looks for it between its seconds.</summary>
    private static async Task BeatAsync(HubUnderTest hub, int seconds)
    {
        var armed = await Task.WhenAny(hub.Time.WaitForTimerAsync(TimeSpan.FromSeconds(seconds)), hub.Time.WaitForTimerAsync(TimeSpan.FromSeconds(seconds - 1)));
        await armed;
        hub.Time.Advance(TimeSpan.FromSeconds(seconds));
    }

    private static string ThumbprintOf(string chainPem)
    {
        using var leaf = X509Certificate2.CreateFromPem(chainPem);
        return leaf.Thumbprint;
    }
}
