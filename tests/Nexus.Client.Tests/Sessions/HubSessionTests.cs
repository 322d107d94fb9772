using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Client.Configuration;
using Nexus.Client.LocalRouting;
using Nexus.Client.Sessions;
using Nexus.Client.Tests.Scripted;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Client.Tests.Sessions;

public sealed class HubSessionTests
{
    /// <summary>
    /// Over a connection that takes everything at once, the answer to the hub's close has left, and the writer has ended, before the
    /// receiver can say who closed. Were that our own goodbye, the client would be back at once, and with it all clients of that hub.
    /// </summary>
    [Fact]
    public async Task CloseOfTheHub_WhoseAnswerLeavesAtOnce_IsNotOurOwnStop()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var line = new StreamPair();
        using var sockets = await SocketPair.ConnectAsync();
        using var metrics = new Meter("test");
        using var hub = WebSocket.CreateFromStream(line.Far, new WebSocketCreationOptions { IsServer = true });
        using var session = Create(new(line.Near, new SocketStream(new SocketChannel(sockets.Near)), []), metrics);
        var running = session.RunAsync("token"u8.ToArray(), CancellationToken.None, CancellationToken.None);
        await GreetAsync(hub, cancellation).BoundedAsync();

        await hub.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "no more", cancellation).BoundedAsync();

        var outcome = await running.BoundedAsync();
        Assert.Equal((NexusSessionEnd.ClosedByHub, (ushort?)1008, "no more"), (outcome.End, outcome.CloseCode, outcome.CloseReason));
    }

    /// <summary>The hub's part of the handshake, and then a user whom the client refuses: it receives, and has nothing left to send.</summary>
    private static async Task GreetAsync(WebSocket hub, CancellationToken cancellation)
    {
        var message = new byte[8 * 1024];
        await hub.ReceiveAsync(message, cancellation);
        await SendAsync($$"""{"type":"handshake_challenge","nonce":"{{HubSide.Nonce}}"}""", WebSocketMessageType.Text);
        await hub.ReceiveAsync(message, cancellation);
        var user = $$"""{"event":"connect","client_id":"{{Guid.NewGuid()}}","conn_port":1,"client_ip":"203.0.113.10:54321","transport":"tcp","hostname":"app.example.test","is_tls":true,"credits":64}""";
        await SendAsync((char)ControlFrame.Marker + user, WebSocketMessageType.Binary);
        int count;
        do count = (await hub.ReceiveAsync(message.AsMemory(), cancellation)).Count;
        while (!Encoding.UTF8.GetString(message, 0, count).Contains("disconnect", StringComparison.Ordinal));

        ValueTask SendAsync(string text, WebSocketMessageType type) => hub.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), type, endOfMessage: true, cancellation);
    }

    private static HubSession Create(WebSocketConnection connection, Meter meter)
    {
        var time = TimeProvider.System;
        var options = new NexusBackendOptions { Name = "backend", Hostnames = ["app.example.test"], NexusAddresses = ["wss://hub.test/connect"] };
        var backend = BackendDefinition.From(options);
        var metrics = new ClientMetrics(meter, options.Name, time);
        var tokens = new ScriptedTokens();
        tokens.Answer(new NexusToken("token"));
        var router = new StreamRouter(PortMappingTable.Create(options.PortMappings, _ => null), new ConnectHandlers([]), new(new(), NullLogger.Instance, time), NullLogger.Instance, time);
        var telemetry = new SessionTelemetry(new Uri(options.NexusAddresses[0]), NullLogger.Instance, metrics, new EventFeed(metrics, time));
        return new(connection, backend, router, new TokenSource(backend, tokens, metrics, time), telemetry, time, _ => { });
    }
}
