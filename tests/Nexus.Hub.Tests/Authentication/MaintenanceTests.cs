using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Authentication;

/// <summary>spec/node.md §1.11: no fresh token is asked for while the authorizer is down, for a while.</summary>
public sealed class MaintenanceTests
{
    [Theory]
    [Statement("node 46", "node 47")]
    [InlineData(503, 5)]
    [InlineData(204, 5)]
    [InlineData(500, 3)]
    public async Task Challenge_AuthorizerIsDown_IsPutOffUntilTheCapIsUsedUp(int status, int cap)
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        authorizer.Says(status);
        await using var hub = await StartAsync(authorizer);
        await using var backend = await BackendPeer.LoginAsync(hub, Claims(authorizer, cap));
        var began = hub.Time.GetUtcNow();

        var challenge = backend.ReceiveNonceAsync("reauth_challenge");
        await AdvanceUntilAsync(hub, challenge);
        await challenge;

        // At first, after each interval of 2.0 to 2.4 s, and when the rest of the cap is over: then it is asked all the same.
        Assert.Equal(cap == 5 ? 4 : 3, authorizer.Requests.Count);
        Assert.All(authorizer.Requests, request => Assert.Equal(("GET", "/status", "", (object?)null), (request.Method, request.Path, request.Body, request.ClientCertificate)));
        // Each question takes the clock a few steps, more when the machine is busy; the least is exact.
        Assert.InRange((hub.Time.GetUtcNow() - began).TotalSeconds, cap + 2, cap + 2.4 + 10);
        Assert.Equal(authorizer.Requests.Count, hub.Metrics.Sum("nexus.hub.authorizer.status_checks", ("health", "other_status")));
    }

    [Theory]
    [Statement("node 46")]
    [InlineData(200, 5)]
    [InlineData(503, 0)]
    public async Task Challenge_AuthorizerIsUpOrThereIsNoGrace_ComesAtOnce(int status, int cap)
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        authorizer.Says(status);
        await using var hub = await StartAsync(authorizer);
        await using var backend = await BackendPeer.LoginAsync(hub, Claims(authorizer, cap));
        var challenge = backend.ReceiveNonceAsync("reauth_challenge");
        await AdvanceUntilAsync(hub, challenge);
        await challenge;
        Assert.Single(authorizer.Requests);
    }

    [Fact]
    [Statement("node 46")]
    public async Task Challenge_AuthorizerComesBack_ComesThenAndTheGraceIsNew()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        authorizer.Says(503);
        await using var hub = await StartAsync(authorizer);
        var claims = Claims(authorizer, cap: 1_000);
        await using var backend = await BackendPeer.LoginAsync(hub, claims);
        var challenge = backend.ReceiveNonceAsync("reauth_challenge");
        await AdvanceUntilAsync(hub, authorizer.RequestAsync(3));
        authorizer.Says(200);
        await AdvanceUntilAsync(hub, challenge);
        await backend.Socket.SendTextAsync(TestToken.Stage1(claims, await challenge));
        await hub.Metrics.WaitForAsync("nexus.hub.reauthentications", ("outcome", "accepted"));
    }

    [Fact]
    [Statement("node 47")]
    public async Task Status_DoesNotAnswer_IsGivenUpAfterFiveSeconds()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        authorizer.Hangs();
        await using var hub = await StartAsync(authorizer);
        await using var backend = await BackendPeer.LoginAsync(hub, Claims(authorizer, cap: 0));
        var challenge = backend.ReceiveNonceAsync("reauth_challenge");
        await AdvanceUntilAsync(hub, authorizer.RequestAsync(1));
        await AdvanceUntilAsync(hub, challenge);
        await challenge;
        await hub.Metrics.WaitForSumAsync("nexus.hub.authorizer.status_checks", 1, ("health", "timed_out"));
    }

    [Theory]
    [Statement("node 47")]
    [InlineData("https", "healthy")]
    [InlineData("http", "refused")]
    [InlineData("round", "refused")]
    public async Task Status_Redirects_AreFollowedToHttpsAndNotForEver(string target, string health)
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        authorizer.Answer = (context, _) =>
        {
            context.Response.StatusCode = context.Request.Path == "/up" ? 200 : 302;
            context.Response.Headers.Location = target switch { "https" => "/up", "http" => authorizer.PlainAddress + "/up", _ => "/status" };
            return Task.CompletedTask;
        };
        await using var hub = await StartAsync(authorizer);
        await using var backend = await BackendPeer.LoginAsync(hub, Claims(authorizer, cap: 0));
        await AdvanceUntilAsync(hub, hub.Metrics.WaitForAsync("nexus.hub.authorizer.status_checks", ("health", health)));
        Assert.Equal(target switch { "https" => 2, "http" => 1, _ => 4 }, authorizer.Requests.Count);
    }

    [Fact]
    public async Task Status_AtAnAddressThatIsNotPublic_IsNotAskedUnlessAllowed()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        await using var hub = await StartAsync(authorizer, allowed: "192.0.2.0/24");
        await using var backend = await BackendPeer.LoginAsync(hub, Claims(authorizer, cap: 0));
        await AdvanceUntilAsync(hub, hub.Metrics.WaitForAsync("nexus.hub.authorizer.status_checks", ("health", "refused")));
        Assert.Empty(authorizer.Requests);
    }

    [Fact]
    public async Task Status_WithALargeBody_IsNotRead()
    {
        await using var authorizer = await AuthorizerPeer.StartAsync();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        authorizer.Answer = async (context, _) =>
        {
            context.RequestAborted.Register(ended.SetResult);
            var block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(block, context.RequestAborted);
        };
        await using var hub = await StartAsync(authorizer);
        await using var backend = await BackendPeer.LoginAsync(hub, Claims(authorizer, cap: 0));
        await AdvanceUntilAsync(hub, hub.Metrics.WaitForAsync("nexus.hub.authorizer.status_checks", ("health", "healthy")));
        await ended.Task.BoundedAsync();
    }

    private static Dictionary<string, object?> Claims(AuthorizerPeer authorizer, int cap) => new(TestToken.Claims("app.test"))
    {
        ["reauth_interval_seconds"] = 2,
        ["reauth_grace_seconds"] = 30,
        ["maintenance_grace_cap_seconds"] = cap,
        ["authorizer_status_uri"] = authorizer.Address + "/status",
    };

    private static Task<HubUnderTest> StartAsync(AuthorizerPeer authorizer, string allowed = "127.0.0.0/8") => HubUnderTest.StartWithClockAsync(
        ("Nexus:Hub:Authentication:TrustedRootsFile", authorizer.RootsFile),
        ("Nexus:Hub:Authentication:StatusAllowedNetworks:0", allowed),
        ("Nexus:Hub:Authentication:StatusAllowedNetworks:1", allowed == "127.0.0.0/8" ? "::1/128" : "192.0.2.0/24"));

    /// <summary>Moves the clock, but never past a question to the authorizer that is under way.</summary>
    private static async Task AdvanceUntilAsync(HubUnderTest hub, Task done)
    {
        for (var i = 0; i < 400 && !done.IsCompleted; i++)
        {
            hub.Time.Advance(TimeSpan.FromMilliseconds(100));
            for (var turn = 0; turn < 3; turn++) await hub.OpenAsync("nobody.test"); // what came due is done, or asked
        }

        await done.BoundedAsync();
    }
}
