using System.Net;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Sessions;

public sealed class ProxyTests
{
    [Fact]
    [Statement("client 34")]
    public async Task Proxy_Given_TheHubIsReachedThroughIt()
    {
        using var proxy = new ScriptedProxy();
        await using var client = await ClientUnderTest.StartAsync(configure: options => options.Transport.Proxy = new WebProxy(proxy.Address) { Credentials = new NetworkCredential("user", "pass") });
        var accepting = client.Hub.AcceptSessionAsync();
        var (head, relaying) = await proxy.ServeOneAsync(200, client.Hub.Port);
        var hub = await accepting;

        Assert.StartsWith($"CONNECT localhost:{client.Hub.Port} HTTP/1.1\r\nHost: localhost:{client.Hub.Port}\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n", head, StringComparison.Ordinal);
        await hub.RoundTripAsync();
        await client.Client.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        await relaying.BoundedAsync();
    }

    [Fact]
    public async Task Proxy_Refuses_IsAFailedAttempt()
    {
        using var proxy = new ScriptedProxy();
        await using var client = await ClientUnderTest.StartAsync(configure: options => options.Transport.Proxy = new WebProxy(proxy.Address));
        await proxy.ServeOneAsync(407, client.Hub.Port);
        await client.Metrics.WaitForAsync("nexus.client.connect.duration", ("error.type", "proxy_refused")).BoundedAsync();
    }

    [Fact]
    public async Task Proxy_BypassedForTheHub_IsNotUsed()
    {
        var proxy = new WebProxy("http://127.0.0.1:1") { BypassList = ["localhost"] };
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: options => options.Transport.Proxy = proxy);
        await using var _ = client;
        await hub.RoundTripAsync();
    }
}
