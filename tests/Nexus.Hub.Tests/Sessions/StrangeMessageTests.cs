using System.Text;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>spec/node.md §2.1 to §2.3 and §2.9: ids, and messages that mean nothing or come too late.</summary>
public sealed class StrangeMessageTests
{
    private const string Live = "LIVE";

    [Fact]
    [Statement("node 48")]
    public async Task ClientId_InJsonAndInFrames_IsTheSameInNetworkOrder()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test", "hello"u8.ToArray());
        var connect = await ReceiveBinaryAsync(backend);
        Assert.Equal(2, connect[0]);
        var text = PeerMessage.Parse(connect).Json.GetProperty("client_id").GetString() ?? "";
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", text);

        var digits = text.Replace("-", "", StringComparison.Ordinal);
        var data = await ReceiveBinaryAsync(backend);
        Assert.Equal("01" + digits + Convert.ToHexStringLower("hello"u8), Convert.ToHexStringLower(data));

        await backend.Socket.SendBinaryAsync([1, .. Convert.FromHexString(digits), .. "answer"u8]);
        Assert.Equal("answer"u8.ToArray(), await user.ReceiveAsync(6));
        await backend.SendControlAsync($$"""{"event":"ping_client","client_id":"{{text.ToUpperInvariant()}}"}""");
        Assert.Equal(text, PeerMessage.Parse(await ReceiveBinaryAsync(backend)).Json.GetProperty("client_id").GetString());
    }

    [Fact]
    [Statement("node 53")]
    public async Task PingClient_OfALiveId_IsAnswered_OfAnUnknownOneIsNot()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var id = (await backend.ReceiveEventAsync("connect")).Id;
        await backend.SendEventAsync("ping_client", Guid.NewGuid());
        await backend.SettleAsync(); // the pong of the WebSocket is all that comes

        await backend.SendEventAsync("ping_client", id);
        var pong = await backend.ReceiveAsync();
        Assert.Equal(("pong_client", id), (pong?.Event, pong?.Id));
        await backend.SettleAsync();
    }

    /// <summary>The text stands for bytes; LIVE for the id of a stream that lives.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("\x03")]
    [InlineData("\x7f{\"event\":\"disconnect\",\"client_id\":\"LIVE\"}")]
    [InlineData("\x01")]
    [InlineData("\x01\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f")]
    [InlineData("\x02")]
    [InlineData("\x02{")]
    [InlineData("\x02[]")]
    [InlineData("\x02null")]
    [InlineData("\x02\"disconnect\"")]
    [InlineData("\x02{\"event\":\"disconnect\",\"client_id\":\"LIVE\"")]
    [InlineData("\x02{\"event\":\"disconnect\",\"client_id\":\"LIVE\"} x")]
    [InlineData("\x02{\"event\":\"disconnect\"}")]
    [InlineData("\x02{\"event\":\"disconnect\",\"client_id\":\"\"}")]
    [InlineData("\x02{\"event\":\"disconnect\",\"client_id\":null}")]
    [InlineData("\x02{\"event\":\"disconnect\",\"client_id\":7}")]
    [InlineData("\x02{\"event\":\"disconnect\",\"client_id\":\"LIVE0\"}")]
    [InlineData("\x02{\"event\":\"disconnect\",\"client_id\":\"zz112233-4455-6677-8899-aabbccddeeff\"}")]
    [InlineData("\x02{\"event\":\"explode\",\"client_id\":\"LIVE\"}")]
    [InlineData("\x02{\"event\":\"connect\",\"client_id\":\"LIVE\"}")]
    [InlineData("\x02{\"event\":\"pong_client\",\"client_id\":\"LIVE\"}")]
    [InlineData("\x02{\"event\":7,\"client_id\":\"LIVE\"}")]
    [InlineData("\x02{\"client_id\":\"LIVE\"}")]
    [Statement("node 54")]
    public async Task Message_ThatMeansNothing_IsIgnored(string message)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var id = (await backend.ReceiveEventAsync("connect")).Id;
        await backend.Socket.SendBinaryAsync(Encoding.Latin1.GetBytes(message.Replace(Live, id.ToString(), StringComparison.Ordinal)));
        await backend.SettleAsync();
        await AssertStreamWorksAsync(backend, user, id);
    }

    [Fact]
    [Statement("node 55")]
    public async Task Messages_ForUnknownIds_AreIgnoredWithoutAReply()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var id = (await backend.ReceiveEventAsync("connect")).Id;
        foreach (var unknown in (Guid[])[Guid.NewGuid(), Guid.Empty])
        {
            for (var i = 0; i < 20; i++) await backend.SendDataAsync(unknown, [1, 2, 3]);
            await backend.SendEventAsync("disconnect", unknown, ",\"reason\":\"normal\"");
            await backend.SendEventAsync("pause_stream", unknown);
            await backend.SendEventAsync("resume_stream", unknown, ",\"credits\":8");
            await backend.SendEventAsync("half_close", unknown);
        }

        await backend.SettleAsync();
        await AssertStreamWorksAsync(backend, user, id);
    }

    private static async Task AssertStreamWorksAsync(BackendPeer backend, UserPeer user, Guid id)
    {
        await user.SendAsync("question"u8.ToArray());
        var question = await backend.ReceiveAsync();
        Assert.Equal((id, "question"), (question?.Id, Encoding.ASCII.GetString(question?.Data ?? [])));
        await backend.SendDataAsync(id, "answer"u8.ToArray());
        Assert.Equal("answer"u8.ToArray(), await user.ReceiveAsync(6));
    }

    private static async Task<byte[]> ReceiveBinaryAsync(BackendPeer backend)
    {
        var frame = await backend.Socket.ReceiveAsync();
        Assert.Equal(RawFrame.BinaryOpcode, frame?.Opcode);
        return frame?.Payload ?? [];
    }
}
