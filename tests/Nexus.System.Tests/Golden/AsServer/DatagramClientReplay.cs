using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Nexus.Client;
using Nexus.Client.Cli.Configuration;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>Plays the original server's side of a recording with UDP flows against our client, and the local service's side.</summary>
internal sealed class DatagramClientReplay : IAsyncDisposable
{
    private const string RecordedService = "127.0.0.1:31054";

    private readonly Changes _changes = new();
    private readonly HubListener _listener;
    private readonly Socket _service = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Dictionary<Guid, EndPoint> _users = [];
    private readonly Dictionary<Guid, (long Credits, int Bytes, bool HasEnded)> _expected = [];
    private readonly NexusClient _client;
    private bool _isServiceClosed;

    private DatagramClientReplay(Recording recording)
    {
        _listener = new(_changes);
        _service.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var yaml = recording.Config("client")
            .Replace("wss://localhost:31900/connect", string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{_listener.Port}/connect"), StringComparison.Ordinal)
            .Replace(RecordedService, _service.LocalEndPoint?.ToString(), StringComparison.Ordinal);
        _client = new NexusClient(Assert.Single(BackendsFileReader.Parse(yaml).Backends), new NexusClientServices());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task RunAsync(string name)
    {
        var recording = Recording.Load(name);
        await using var replay = new DatagramClientReplay(recording);
        await replay._client.StartAsync(Cancellation);
        await replay.UntilAsync(() => replay._listener.Links is [{ Texts.Count: 1 }], "the first token");
        var link = replay._listener.Links[0];
        foreach (var recorded in recording.Events)
        {
            if (recorded is { Kind: "action", Actor: "local service" } && recorded.What.StartsWith("socket is closed", StringComparison.Ordinal)) replay.CloseService();
            if (recorded.Frame is not { Message.Kind: WireKind.Text or WireKind.Binary } frame) continue;
            if (recorded.IsFromClient) await replay.ExpectAsync(link, frame, recorded);
            else await replay.SendAsync(link, frame);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _client.StopAsync(new CancellationToken(canceled: true)).BoundedAsync();
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        _service.Dispose();
    }

    private void CloseService()
    {
        _isServiceClosed = true;
        _service.Dispose();
    }

    private async Task SendAsync(ServerLink link, RecordedFrame frame)
    {
        await link.SendAsync(frame.Message);
        if (frame.Message.Kind == WireKind.Text) await UntilAsync(() => link.Texts.Count == 2, "the second token");
        if (frame.Stream is not { } id) return;
        if (frame.Event == "disconnect") _expected[id] = _expected[id] with { HasEnded = true };
        else if (frame.Event == "connect") _expected[id] = default;
        if (!frame.IsData || _isServiceClosed) return;

        var buffer = new byte[64 * 1024];
        var received = await _service.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), Cancellation).BoundedAsync();
        Assert.Equal(frame.Data.ToArray(), buffer[..received.ReceivedBytes]);
        if (_users.TryGetValue(id, out var before)) Assert.Equal(before, received.RemoteEndPoint);
        _users[id] = received.RemoteEndPoint;
    }

    private async Task ExpectAsync(ServerLink link, RecordedFrame frame, RecordedEvent recorded)
    {
        if (frame.Stream is not { } id || !_expected.TryGetValue(id, out var expected) || expected.HasEnded) return; // no echo of an end
        var stream = link.Stream(id);
        if (frame.IsData)
        {
            await _service.SendToAsync(frame.Data, SocketFlags.None, _users[id], Cancellation);
            expected.Bytes += frame.Data.Length;
            await UntilAsync(() => stream.ReceivedBytes >= expected.Bytes, $"{recorded}");
            Assert.True(stream.Received.AsSpan().EndsWith(frame.Data.Span));
        }
        else if (frame.Event == "resume_stream")
        {
            expected.Credits += frame.Credits;
            await UntilAsync(() => stream.Granted >= expected.Credits, $"{recorded}");
        }
        else
        {
            await UntilAsync(() => stream.Reasons.Count > 0, $"{recorded}");
            Assert.Equal((string?)frame.Control?["reason"], Assert.Single(stream.Reasons));
            expected.HasEnded = true;
        }

        _expected[id] = expected;
    }

    private Task UntilAsync(Func<bool> isSo, string what) => _changes.UntilAsync(isSo, () => what);
}
