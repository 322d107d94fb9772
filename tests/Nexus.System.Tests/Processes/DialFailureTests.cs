using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>The owner's local service is down: users are told in their own protocol, at once.</summary>
public abstract class DialFailureTests(SystemUnderTest system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("seen 11")]
    public async Task TlsUser_GetsAnAlert()
    {
        var openssl = DebianProgram.SkipUnlessInstalled("openssl");
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{system.RelayPort}");
        await using var user = RealProcess.Start(openssl, ["s_client", "-connect", address, "-servername", "down.test"]);
        await user.WaitForExitAsync(Cancellation);

        Assert.Contains("alert internal error", user.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Statement("seen 10", "seen 11")]
    public async Task HttpUser_GetsAPage(bool isRelayPort)
    {
        using var user = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await user.ConnectAsync(IPAddress.Loopback, isRelayPort ? system.RelayPort : system.PlainPort, Cancellation);
        await user.SendAsync("GET / HTTP/1.1\r\nHost: down.test\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancellation);

        var page = Encoding.ASCII.GetString(await RawService.ReadToEndAsync(user));
        Assert.StartsWith("HTTP/1.1 502 ", page, StringComparison.Ordinal);
        Assert.EndsWith("502 Bad Gateway\n", page, StringComparison.Ordinal);
    }
}
