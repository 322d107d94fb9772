using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>
/// Plays the original client's requests for connections against our hub. The ids are the client's own, so what the hub answers is
/// compared one to one; only the texts of refusals and the ports of the targets are ours.
/// </summary>
internal sealed class OutboundHubReplay : IAsyncDisposable
{
    private static readonly string[] s_recordedPorts = ["31301", "31302", "31303", "31304"];

    private readonly Recording _recording;
    private readonly RecordingClock _clock;
    private readonly EchoTarget _target = new();
    private readonly FreePort[] _refusing = [FreePort.Reserve(), FreePort.Reserve(), FreePort.Reserve()];
    private readonly Dictionary<int, WireConnection> _links = [];
    private readonly Dictionary<string, string> _nonces = [];
    private readonly Queue<WireMessage> _control = new();
    private ReplayedHub? _hub;

    private OutboundHubReplay(string name)
    {
        _recording = Recording.Load(name);
        _clock = new(_recording.Start);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task RunAsync(string name)
    {
        await using var replay = new OutboundHubReplay(name);
        await replay.StartHubAsync("server");
        foreach (var recorded in replay._recording.Events)
        {
            replay._clock.Follow(recorded.Offset);
            await replay.PlayAsync(recorded);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links.Values) await link.DisposeAsync();
        if (_hub is not null) await _hub.DisposeAsync();
        await _target.DisposeAsync();
        foreach (var port in _refusing) port.Dispose();
    }

    private async Task StartHubAsync(string config)
    {
        if (_hub is not null) await _hub.DisposeAsync();
        var settings = HubSettings.From(Ours(_recording.Config(config)));
        settings["Nexus:Hub:Outbound:AllowedNetworks:0"] = "127.0.0.0/8"; // the original dials everything
        settings["Nexus:Hub:Outbound:AllowedNetworks:1"] = "::1/128";
        _hub = await ReplayedHub.StartAsync(settings, _clock);
    }

    private async Task PlayAsync(RecordedEvent recorded)
    {
        switch (recorded.Kind)
        {
            case "conn_open":
                // The last of the scripted client's sessions was recorded with another server.
                if (recorded.Connection == 3) await StartHubAsync("server-without-outbound");
                _links[recorded.Connection] = await (_hub ?? throw new InvalidOperationException("No hub.")).DialAsync();
                break;
            case "upgrade_request":
                await UpgradeAsync(_links[recorded.Connection], recorded);
                break;
            case "frame" when recorded.Frame is { Message.Kind: WireKind.Text or WireKind.Binary } frame:
                await (recorded.IsFromClient ? SendAsync(recorded, frame) : ExpectAsync(recorded, frame));
                break;
            case "stream_end" when recorded.IsFromClient:
                await _links[recorded.Connection].DisposeAsync();
                break;
        }
    }

    private static async Task UpgradeAsync(WireConnection link, RecordedEvent recorded)
    {
        var headers = (recorded.Line["headers"]?.AsArray() ?? []).Select(header => $"{header?[0]}: {header?[1]}\r\n");
        await link.SendRawAsync($"{recorded.Line["start_line"]}\r\n{string.Concat(headers)}\r\n", Cancellation);
        Assert.StartsWith("HTTP/1.1 101 ", await link.ReadHeadAsync(Cancellation), StringComparison.Ordinal);
    }

    private async Task SendAsync(RecordedEvent recorded, RecordedFrame frame)
    {
        var link = _links[recorded.Connection];
        var message = frame.Message;
        if (frame.Token is { } token)
        {
            var ours = token with { Claims = Ours(token.Claims) };
            message = new(WireKind.Text, token.Nonce is { } nonce ? ours.WithNonce(nonce, _nonces[nonce]) : ours.WithNonce("", ""));
        }
        else if (frame.Control is not null)
        {
            message = new(WireKind.Binary, [0x02, .. Encoding.UTF8.GetBytes(Ours(Encoding.UTF8.GetString(message.Payload.AsSpan(1))))]);
        }

        await link.SendAsync(message, wronglyMasked: false, Cancellation);
    }

    private async Task ExpectAsync(RecordedEvent recorded, RecordedFrame frame)
    {
        var link = _links[recorded.Connection];
        if (frame.Message.Kind == WireKind.Text)
        {
            var challenge = await ReceiveAsync(link, recorded, WireKind.Text);
            _nonces[(string?)frame.Control?["nonce"] ?? ""] = (string?)JsonNode.Parse(challenge.Text)?["nonce"] ?? "";
            return;
        }

        var ours = await ReceiveAsync(link, recorded, WireKind.Binary);
        if (frame.IsData)
        {
            Assert.Equal(frame.Message.Payload, ours.Payload);
            return;
        }

        var (expected, actual) = (Parse(frame.Message), Parse(ours));
        // The words of a refusal are anybody's own; that there are some is not.
        Assert.Equal(expected.ContainsKey("reason"), actual.ContainsKey("reason"));
        expected.Remove("reason");
        actual.Remove("reason");
        actual.Remove("half_close"); // ours
        Assert.True(JsonNode.DeepEquals(expected, actual), $"{recorded}: {actual.ToJsonString()}");
    }

    private static async Task<WireMessage> ReceiveAsync(WireConnection link, RecordedEvent recorded, WireKind kind)
    {
        while (await link.ReceiveAsync(Cancellation).BoundedAsync($"{recorded}") is { } message)
        {
            if (message.Kind == kind) return message;
            if (message.Kind == WireKind.Ping) await link.SendAsync(message with { Kind = WireKind.Pong }, wronglyMasked: false, Cancellation);
        }

        throw new EndOfStreamException($"{recorded}: the hub ended the connection.");
    }

    private static JsonObject Parse(WireMessage message) => JsonNode.Parse(message.Payload.AsSpan(1))?.AsObject() ?? [];

    /// <summary>The recorded text with our ports in it.</summary>
    private string Ours(string text)
    {
        int[] ports = [_target.Port, .. _refusing.Select(port => port.Port)];
        for (var i = 0; i < ports.Length; i++) text = text.Replace(s_recordedPorts[i], ports[i].ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return text;
    }
}
