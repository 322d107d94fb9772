using System.Text;
using Nexus.Hub.Outbound;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Outbound;

/// <summary>spec/node.md §6: what is not dialled, and in which order that is decided.</summary>
public sealed class OutboundRefusalTests
{
    // Words that make original clients give up (spec/node.md §1.9).
    private static readonly string[] s_traps = ["unauthorized", "invalid token", "invalid credential", "authentication failed", "forbidden", "401", "403", "rate limit"];

    private static string TooLong => new string('a', 256) + ":abc\n";

    [Fact]
    [Statement("node 100")]
    public async Task Request_HubWithOutboundOff_IsRefusedFirstOfAll()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        Assert.Equal(OutboundRefusal.Disabled.ToReason(), await backend.RefusedAsync(TooLong, Guid.Empty));
    }

    [Fact]
    [Statement("node 100")]
    public async Task Request_TokenWithoutTheRight_IsRefusedBeforeItsTargetIsRead()
    {
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        Assert.Equal(OutboundRefusal.NotAllowed.ToReason(), await backend.RefusedAsync(TooLong, Guid.Empty));
    }

    [Fact]
    [Statement("node 100")]
    public async Task Request_WithSeveralFaults_IsRefusedForTheFirst()
    {
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings(
            ("Nexus:Hub:Authentication:AllowedOutboundPorts:0", "80"), ("Nexus:Hub:Authentication:AllowedOutboundPorts:1", "443"), ("Nexus:Hub:Outbound:MaxConnectionsPerBackend", "1")));
        await using var backend = await OutboundPeer.LoginAsync(hub, 443);

        Assert.Equal(OutboundRefusal.TargetTooLong.ToReason(), await backend.RefusedAsync(TooLong, Guid.Empty));
        Assert.Equal(OutboundRefusal.ControlCharacters.ToReason(), await backend.RefusedAsync("host\n", Guid.Empty));
        Assert.Equal(OutboundRefusal.InvalidTarget.ToReason(), await backend.RefusedAsync("host", Guid.Empty));
        Assert.Equal(OutboundRefusal.InvalidPort.ToReason(), await backend.RefusedAsync("host:http", Guid.Empty));
        Assert.Equal(OutboundRefusal.PortNotAllowedHere.ToReason(), await backend.RefusedAsync("host:81", Guid.Empty));
        Assert.Equal(OutboundRefusal.PortNotClaimed.ToReason(), await backend.RefusedAsync("host:80", Guid.Empty));
        Assert.Equal(OutboundRefusal.MissingId.ToReason(), await backend.RefusedAsync("host:443", Guid.Empty));
    }

    [Fact]
    [Statement("node 100", "node 103")]
    public async Task Request_OverTheLimit_IsRefusedBeforeItsIdIsLookedAt()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings(("Nexus:Hub:Outbound:MaxConnectionsPerBackend", "1")));
        await using var backend = await OutboundPeer.LoginAsync(hub);
        await backend.DialAsync(target.Address);
        Assert.Equal(OutboundRefusal.LimitReached.ToReason(), await backend.RefusedAsync(target.Address, Guid.Empty));
    }

    [Fact]
    [Statement("node 102")]
    public async Task Request_NilId_IsRefused()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        Assert.Equal(OutboundRefusal.MissingId.ToReason(), await backend.RefusedAsync(target.Address, Guid.Empty));
        Assert.True(target.IsUntouched);
    }

    [Fact]
    [Statement("node 102")]
    public async Task Request_IdInUse_IsRefusedAndTheStreamThatHasItGoesOn()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var id = await backend.DialAsync(target.Address);
        using var accepted = await target.AcceptAsync();

        Assert.Equal(OutboundRefusal.DuplicateId.ToReason(), await backend.RefusedAsync(target.Address, id));
        Assert.True(target.IsUntouched);
        await backend.SendDataAsync(id, [1, 2]);
        Assert.Equal([1, 2], await TargetPeer.ReceiveAsync(accepted, 2));
    }

    [Fact]
    [Statement("node 102")]
    public async Task Request_IdOfALiveUser_IsRefused()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");

        Assert.Equal(OutboundRefusal.DuplicateId.ToReason(), await backend.RefusedAsync(target.Address, connect.Id));
        await backend.SendDataAsync(connect.Id, [7]);
        Assert.Equal([7], await user.ReceiveAsync(1));
    }

    [Fact]
    [Statement("node 100", "node 105")]
    public async Task Request_TargetThatRefuses_IsReportedWithItsOwnReason()
    {
        using var closed = FreePort.Reserve();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        Assert.Equal(OutboundRefusal.DialFailed.ToReason(), await backend.RefusedAsync($"127.0.0.1:{closed.Port}"));
        Assert.Equal(1, hub.Metrics.Sum("nexus.hub.outbound.requests", ("result", "dial_failed")));
        Assert.Equal(0, hub.Metrics.Sum("nexus.hub.outbound.dialing"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData(":80")]
    [InlineData("host:")]
    [InlineData("::1:80")]
    [InlineData("[::1]")]
    [InlineData("[::1:80")]
    [InlineData("::1]:80")]
    [InlineData("[]:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("[host]:80")]
    [InlineData("a:b:80")]
    public void Target_NotHostAndPort_IsRefused(string text) => Assert.Equal(OutboundRefusal.InvalidTarget, OutboundTarget.TryParse(text, out _));

    [Theory]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:4294967376")]
    [InlineData("host:-80")]
    [InlineData("host:+80")]
    [InlineData("host: 80")]
    [InlineData("host:0x50")]
    [InlineData("host:http")]
    [InlineData("host:٨٠")]
    public void Target_PortNotADecimalNumber_IsRefused(string text) => Assert.Equal(OutboundRefusal.InvalidPort, OutboundTarget.TryParse(text, out _));

    [Theory]
    [InlineData("host:80\n")]
    [InlineData("ho\0st:80")]
    [InlineData("host\x7f:80")]
    public void Target_WithControlCharacters_IsRefused(string text) => Assert.Equal(OutboundRefusal.ControlCharacters, OutboundTarget.TryParse(text, out _));

    [Fact]
    public void Target_Of260Bytes_IsTheLongest()
    {
        Assert.Null(OutboundTarget.TryParse(new string('a', 257) + ":80", out _));
        Assert.Equal(OutboundRefusal.TargetTooLong, OutboundTarget.TryParse(new string('a', 258) + ":80", out _));
        Assert.Equal(OutboundRefusal.TargetTooLong, OutboundTarget.TryParse(new string('ä', 129) + ":80", out _));
    }

    [Fact]
    public void Reasons_AreShortAndFreeOfWordsThatStopOldClients()
    {
        foreach (var refusal in Enum.GetValues<OutboundRefusal>().Where(refusal => refusal != OutboundRefusal.Cancelled))
        {
            var reason = refusal.ToReason();
            Assert.InRange(Encoding.UTF8.GetByteCount(reason), 1, 60);
            Assert.DoesNotContain(s_traps, trap => reason.Contains(trap, StringComparison.OrdinalIgnoreCase));
        }
    }
}
