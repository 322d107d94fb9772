using System.Net.Sockets;
using System.Text;
using Nexus.Client.Cli.Tests.Processes;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Cli.Tests.Sharing;

public sealed class ShareTests : IDisposable
{
    private const string Token = "the-token-of-the-test";

    private readonly NexusCommandProcess _nexus = new();

    [Fact]
    public async Task Http_ServiceThatEndsTlsItself_IsServedUnderItsName_AndCtrlCLeavesInOrder()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        await using var nexus = Share(hub, "http", $"https://{service.Target}", "--host", "App.Example.Test");
        var side = await hub.AcceptSessionAsync();
        await side.PingAsync();
        await nexus.WaitForLineAsync($"https://app.example.test -> {service.Target}", TestContext.Current.CancellationToken);
        await nexus.WaitForLineAsync("hub: connected to localhost", TestContext.Current.CancellationToken);
        await nexus.WaitForLineAsync("ready: https://app.example.test", TestContext.Current.CancellationToken);
        var id = await side.ConnectAsync();
        using var local = await service.AcceptAsync();
        await side.SendDataAsync(id, [22, 3, 1]);
        Assert.Equal([22, 3, 1], await LocalService.ReceiveAsync(local, 3));
        await nexus.WaitForLineAsync("1 open, 1 so far", TestContext.Current.CancellationToken);

        nexus.Interrupt();
        await nexus.WaitForLineAsync("Leaving: 1 connection may finish", TestContext.Current.CancellationToken);
        local.Shutdown(SocketShutdown.Send);
        await side.WaitForControlAsync(id, "disconnect");
        Assert.Equal(0, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("1 connection in all", nexus.Output, StringComparison.Ordinal);
        await side.EndedAsync();
        Assert.Equal(1001, side.CloseCode);
        Assert.DoesNotContain(Token, nexus.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /a?b=c HTTP/1.1\r\nHost: app.example.test\r\n\r\n", "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://app.example.test/a?b=c\r\n")]
    [InlineData("GET http://elsewhere/ HTTP/1.0\r\n\r\n", "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://app.example.test/\r\n")]
    [InlineData("GET /\tx HTTP/1.1\r\n\r\n", "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://app.example.test/\r\n")]
    [InlineData("nonsense\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n")]
    public async Task Http_UsersWithoutTls_AreSentToHttps(string request, string answer)
    {
        await using var hub = new ScriptedHub();
        await using var nexus = Share(hub, "http", "https://localhost:1", "--host", "app.example.test");
        var side = await hub.AcceptSessionAsync();
        var id = await side.ConnectAsync(port: 80, isTls: false);
        await side.SendDataAsync(id, Encoding.ASCII.GetBytes(request[..7]));
        await side.SendDataAsync(id, Encoding.ASCII.GetBytes(request[7..]));
        await side.WaitForControlAsync(id, "disconnect");
        Assert.StartsWith(answer, Encoding.ASCII.GetString(side.DataOf(id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tcp_ClaimedPort_IsClaimedAndPassedAsItIs()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        await using var nexus = Share(hub, "tcp", service.Target, "--port", "2222");
        var side = await hub.AcceptSessionAsync();
        Assert.Contains("\"tcp_ports\":[2222]", ClaimsOf(side.HandshakeToken), StringComparison.Ordinal);
        await nexus.WaitForLineAsync("tcp://localhost:2222 -> ", TestContext.Current.CancellationToken);
        var id = await side.ConnectAsync(port: 2222, hostname: "tcp:2222", isTls: false);
        using var local = await service.AcceptAsync();
        await side.SendDataAsync(id, [1]);
        Assert.Equal([1], await LocalService.ReceiveAsync(local, 1));
    }

    [Fact]
    public async Task Token_ThatTheHubRefuses_EndsItWithWords()
    {
        await using var hub = new ScriptedHub();
        await using var nexus = Share(hub, "http", "https://localhost:1", "--host", "app.example.test");
        var side = await hub.AcceptAsync();
        await side.ReceiveAsync();
        await side.CloseAsync(1008, "signature is invalid");
        Assert.Equal(1, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("does not accept the token", nexus.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hub_ThatIsNotThere_IsToldAndTriedAgain()
    {
        await using var hub = new ScriptedHub();
        using var nobody = FreePort.Reserve();
        await using var nexus = _nexus.Start(["http", "3000", "--host", "app.example.test", "--passthrough"], new() { ["NEXUS_SERVER"] = $"localhost:{nobody.Port}", ["NEXUS_TOKEN"] = Token });
        await nexus.WaitForLineAsync($"hub: Nobody listens at localhost port {nobody.Port}", TestContext.Current.CancellationToken);
        nexus.Interrupt();
        Assert.Equal(0, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Which hub?", "http", "3000", "--host", "app.example.test")]
    [InlineData("With which token?", "http", "3000", "--host", "app.example.test", "-s", "hub.test")]
    [InlineData("Under which name?", "http", "3000", "-s", "hub.test", "--token-file", "token")]
    [InlineData("\"3000x\" is no local address", "http", "3000x", "--host", "app.example.test", "-s", "hub.test", "--token-file", "token")]
    [InlineData("--cert and --key belong together", "http", "3000", "--host", "app.example.test", "-s", "hub.test", "--token-file", "token", "--cert", "x.pem")]
    [InlineData("no public name", "http", "3000", "--host", "localhost", "-s", "hub.test", "--token-file", "token")]
    [InlineData("two different things", "tcp", "3000", "--host", "app.example.test", "--port", "22", "-s", "hub.test", "--token-file", "token")]
    [InlineData("a port is 1 to 65535", "tcp", "3000", "--port", "70000", "-s", "hub.test", "--token-file", "token")]
    [InlineData("The secret file", "http", "3000", "--host", "app.example.test", "--passthrough", "-s", "hub.test", "--token-file", "nowhere")]
    public async Task Line_ThatCannotBeDone_SaysWhatIsMissing(string expected, params string[] arguments)
    {
        _nexus.Write("token", Token);
        await using var nexus = _nexus.Start(arguments);
        Assert.Equal(1, await nexus.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains(expected, nexus.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _nexus.Dispose();

    private static string ClaimsOf(string token)
    {
        var part = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        return Encoding.UTF8.GetString(Convert.FromBase64String(part.PadRight((part.Length + 3) / 4 * 4, '=')));
    }

    private RealProcess Share(ScriptedHub hub, params string[] arguments) =>
        _nexus.Start([.. arguments, "--server", hub.Address, "--ca", _nexus.WriteAuthorities(hub)], new() { ["NEXUS_TOKEN"] = Token });
}
