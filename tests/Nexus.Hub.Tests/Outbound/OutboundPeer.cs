using Nexus.Hub.Tests.Peers;

namespace Nexus.Hub.Tests.Outbound;

/// <summary>What the tests of outbound connections ask of a backend that speaks the wire protocol by hand.</summary>
internal static class OutboundPeer
{
    /// <summary>Outbound connections are on, and loopback may be dialled.</summary>
    public static (string Key, string Value)[] Settings(params (string Key, string Value)[] more) =>
    [
        ("Nexus:Hub:Authentication:AllowOutbound", "true"),
        ("Nexus:Hub:Outbound:AllowedNetworks:0", "127.0.0.0/8"),
        ("Nexus:Hub:Outbound:AllowedNetworks:1", "::1"),
        .. more,
    ];

    /// <summary>A backend whose token carries the right to dial, to these ports or to all.</summary>
    public static Task<BackendPeer> LoginAsync(HubUnderTest hub, params int[] ports) => BackendPeer.LoginAsync(hub, new Dictionary<string, object?>(TestToken.Claims("app.test"))
    {
        ["outbound_allowed"] = true,
        ["allowed_outbound_ports"] = ports.Length > 0 ? ports : null,
    });

    public static async Task<Guid> RequestAsync(this BackendPeer backend, string target, Guid? id = null)
    {
        var stream = id ?? Guid.NewGuid();
        await backend.SendEventAsync("outbound_connect", stream, $",\"target_addr\":{System.Text.Json.JsonSerializer.Serialize(target)}");
        return stream;
    }

    /// <summary>The reason of the refusal that answers a request.</summary>
    public static async Task<string> RefusedAsync(this BackendPeer backend, string target, Guid? id = null)
    {
        var stream = await backend.RequestAsync(target, id);
        var result = await backend.ReceiveEventAsync("outbound_result");
        Assert.Equal(stream, result.Id);
        Assert.False(result.Json.TryGetProperty("success", out _));
        Assert.False(result.Json.TryGetProperty("credits", out _));
        var reason = result.Json.GetProperty("reason").GetString() ?? "";
        Assert.NotEmpty(reason);
        return reason;
    }

    /// <summary>The id of a connection that was established.</summary>
    public static async Task<Guid> DialAsync(this BackendPeer backend, string target, Guid? id = null)
    {
        var stream = await backend.RequestAsync(target, id);
        var result = await backend.ReceiveAsync();
        Assert.Equal("outbound_result", result?.Event);
        Assert.True(result?.Json.TryGetProperty("success", out _), result?.Json.ToString());
        return stream;
    }
}
