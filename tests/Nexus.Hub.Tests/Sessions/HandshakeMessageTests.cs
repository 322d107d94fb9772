using Nexus.Hub.Sessions;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>What arrives before the login, in whatever shape.</summary>
public sealed class HandshakeMessageTests
{
    [Fact]
    [Statement("node 142")]
    public async Task Message_OfCountlessFragmentsBeforeLogin_IsTakenWithinItsBound()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        var claims = new Dictionary<string, object?>(TestToken.Claims("app.test")) { ["issued_at_quote"] = new string('q', 47_000) };
        var token = System.Text.Encoding.ASCII.GetBytes(TestToken.Sign(claims));
        Assert.InRange(token.Length, 62_000, Handshake.MaxMessageSize);
        for (var offset = 0; offset < token.Length; offset += 50)
        {
            var part = token[offset..Math.Min(token.Length, offset + 50)];
            await peer.Socket.SendAsync(offset == 0 ? RawFrame.TextOpcode : RawFrame.Continuation, part, isFinal: offset + 50 >= token.Length);
        }

        await peer.ReceiveNonceAsync();
    }

    [Fact]
    [Statement("node 142")]
    public async Task Message_Above64KiBBeforeLogin_EndsWith1009()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendAsync(RawFrame.TextOpcode, new byte[65_537]);

        Assert.Equal(1009, (await peer.ReceiveCloseAsync()).CloseCode);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "protocol_error"));
    }

    [Fact]
    public async Task Ping_DuringTheHandshake_IsAnswered()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendAsync(RawFrame.PingOpcode, [7]);

        var pong = await peer.Socket.ReceiveAsync();
        Assert.Equal((RawFrame.PongOpcode, (byte)7), (pong?.Opcode, pong?.Payload[0]));
    }

    [Fact]
    [Statement("node 34")]
    public async Task Frames_RightBehindTheSecondToken_AreProcessedWithoutAcknowledgement()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        var claims = TestToken.Claims("app.test");
        await peer.Socket.SendTextAsync(TestToken.Sign(claims));
        await peer.Socket.SendTextAsync(TestToken.Stage1(claims, await peer.ReceiveNonceAsync()));
        await peer.Socket.SendAsync(RawFrame.PingOpcode, [1, 2]);

        // The hub's own, which says that it has accepted, and the answer: whichever is first.
        int?[] answers = [(await peer.Socket.ReceiveAsync())?.Opcode, (await peer.Socket.ReceiveAsync())?.Opcode];
        Assert.Equal<int?>([RawFrame.PingOpcode, RawFrame.PongOpcode], answers.Order());
    }

    [Fact]
    public async Task Close_InsteadOfAToken_IsEchoedAndCounted()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        await peer.Socket.SendAsync(RawFrame.CloseOpcode, [0x03, 0xE8]);

        Assert.Equal(1000, (await peer.ReceiveCloseAsync()).CloseCode);
        await hub.Metrics.WaitForAsync("nexus.hub.handshakes", ("outcome", "peer_left"));
    }

    [Fact]
    public async Task Token_Of40000Bytes_IsAcceptedBeforeLogin()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        var claims = new Dictionary<string, object?>(TestToken.Claims("app.test")) { ["issued_at_quote"] = new string('q', 30_000) };
        await peer.Socket.SendTextAsync(TestToken.Sign(claims));
        await peer.ReceiveNonceAsync();
    }
}
