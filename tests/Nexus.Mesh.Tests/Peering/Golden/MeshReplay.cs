using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Nexus.Mesh.Tests.Peering.Fakes;
using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Tests.Peering.Golden;

/// <summary>
/// A recording of two nodes of the original, played with a whole mesh of ours in the place of one of them: real TLS on both kinds of links, edges'
/// users on one side, a hub on the other.
/// </summary>
internal sealed class MeshReplay : IAsyncDisposable
{
    private readonly char _ours;
    private readonly IReadOnlyList<RecordedStep> _steps;
    private readonly PeerPki _pki = new();
    private readonly PeerListener _listener;
    private readonly Channel<(ReplayLink Link, LinkMessage Request)> _requests = Channel.CreateUnbounded<(ReplayLink, LinkMessage)>();
    private readonly Dictionary<string, ReplayLink> _links = [];
    private readonly Dictionary<Guid, ReplayedTunnel> _tunnels = [];
    private LinkedMesh? _mesh;
    private FakeHub? _hub;
    private HubAnnouncement? _announcement;
    private EdgeFlows? _edge;
    private string[] _served = [];

    public MeshReplay(string recording, char ours)
    {
        (_ours, _steps) = (ours, RecordedStep.Read(recording));
        _listener = new(_pki.Issue("localhost", "other.mesh.test"));
    }

    private LinkedMesh Mesh => _mesh ?? throw new InvalidOperationException("Not started.");

    private FakeHub Hub => _hub ?? throw new InvalidOperationException("Not started.");

    /// <summary>Tunnels and flows that were opened.</summary>
    public int Opened => _tunnels.Values.Count(tunnel => tunnel is not RefusedReplay);

    public async Task RunAsync()
    {
        _hub = await FakeHub.StartAsync();
        await StartMeshAsync();
        for (var at = 0; at < _steps.Count; at++)
        {
            var step = _steps[at];
            if (step.Action.Contains("SIGKILL", StringComparison.Ordinal))
            {
                if (step.Action.EndsWith($"node {char.ToUpperInvariant(_ours)}", StringComparison.Ordinal)) return; // nothing is left to look at
                await CutAsync();
                return;
            }

            if (step.Kind == "upgrade_response") await ConnectAsync(step.Link);
            else if (step.Kind == "frame" && _links.TryGetValue(step.Link, out var link)) await (step.Sender == _ours ? ExpectAsync(link, at) : PlayAsync(link, step));
        }

        Assert.All(_links.Values, link => Assert.False(link.IsOver));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tunnel in _tunnels.Values) await tunnel.FinishAsync();
        foreach (var link in _links.Values) await link.DisposeAsync();
        await StopMeshAsync();
        if (_hub is not null) await _hub.DisposeAsync();
        await _listener.DisposeAsync();
        _pki.Dispose();
    }

    private async Task StartMeshAsync()
    {
        (string, string)[] peers = _steps.Any(step => step.Kind == "upgrade_response" && RecordedStep.DiallerOf(step.Link) == _ours)
            ? [LinkedMesh.Option("Peers:0", _listener.Url), LinkedMesh.Option("MinRedialDelay", "00:00:00.010"), LinkedMesh.Option("MaxRedialDelay", "00:00:00.100")]
            : [];
        _mesh = await LinkedMesh.StartAsync(_pki, null, null, peers);
        _edge = EdgeFlows.Of(_mesh);
        _announcement = await _mesh.AnnounceAsync(Hub, _served);
    }

    private async Task StopMeshAsync()
    {
        if (_edge is not null) await _edge.DisposeAsync();
        if (_mesh is not null) await _mesh.DisposeAsync();
    }

    private async Task ConnectAsync(string name)
    {
        if (RecordedStep.DiallerOf(name) == _ours)
        {
            _links[name] = new(await _listener.AcceptAsync(), _requests.Writer);
            return;
        }

        using var certificate = _pki.Issue("other.mesh.test");
        _links[name] = new(await ScriptedPeer.DialAsync(Mesh, certificate), _requests.Writer);
    }

    private async Task PlayAsync(ReplayLink link, RecordedStep step)
    {
        if (step.IsClose)
        {
            await CloseAsync(step.Link, link);
        }
        else if (step.Json is { } json && (string?)json["type"] == "announce")
        {
            await AnnounceAsync(link, json);
        }
        else if (step.Json is { } request && (string?)request["type"] == "tunnel_request")
        {
            await RequestedAsync(link, step.Tunnel, request);
        }
        else if (_tunnels.TryGetValue(step.Tunnel, out var tunnel) && step.What.StartsWith("tunnel_", StringComparison.Ordinal))
        {
            await tunnel.PlayAsync(step);
        }
        else if (step.IsText || step.What is "unknown" or "" || step.Tunnel != default)
        {
            await link.Peer.SendFrameAsync(step.IsText ? WebSocketOpcode.Text : WebSocketOpcode.Binary, step.Payload);
        }
    }

    /// <summary>Full state in growing versions: what is missing is not served, nor is what an old version has.</summary>
    private async Task AnnounceAsync(ReplayLink link, JsonObject json)
    {
        await link.Peer.SendTextAsync(json.ToJsonString());
        var names = NamesOf(json);
        var version = (ulong?)json["version"] ?? 0;
        foreach (var name in names) await Mesh.ServedAsync(name, isServed: version > link.LastPlayed);
        if (names.Length == 0 && version > link.LastPlayed) await LinkedMesh.EventuallyAsync(() => Mesh.Links.All.Any(other => other.TakesTunnels), "A link was not introduced.");
        link.LastPlayed = Math.Max(version, link.LastPlayed);
    }

    private async Task RequestedAsync(ReplayLink link, Guid id, JsonObject request)
    {
        if (_served.Length == 0 || !Serves((string?)request["hostname"] ?? "") || !IPEndPoint.TryParse((string?)request["client_ip"] ?? "", out _))
        {
            var refused = new RefusedReplay(request);
            _tunnels[id] = refused;
            await refused.BeginAsync(link, id);
        }
        else if ((string?)request["transport"] == "udp")
        {
            var flow = new DestinationFlowReplay(request);
            _tunnels[id] = flow;
            await flow.BeginAsync(link, Hub, id);
        }
        else
        {
            var tunnel = new DestinationReplay(request);
            _tunnels[id] = tunnel;
            await tunnel.BeginAsync(link, Hub, id);
        }
    }

    private bool Serves(string name) => _served.Contains(name) || _served.Contains($"*.{name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]}");

    private async Task ExpectAsync(ReplayLink link, int at)
    {
        var step = _steps[at];
        if (step.IsClose)
        {
            await StopAsync();
        }
        else if (step.Json is { } json && (string?)json["type"] == "announce")
        {
            await AnnouncedAsync(link, NamesOf(json));
        }
        else if (step.Json is { } request && (string?)request["type"] == "tunnel_request")
        {
            await RequestAsync(at, step.Tunnel, request);
        }
        else if (_tunnels.TryGetValue(step.Tunnel, out var tunnel))
        {
            await tunnel.ExpectAsync(step);
        }
    }

    private async Task AnnouncedAsync(ReplayLink link, string[] names)
    {
        if (_announcement is { } announcement) await announcement.ChangeAsync([.. names.Except(_served)], [.. _served.Except(names)]);
        _served = names;
        await link.AnnouncedAsync(names);
    }

    private async Task RequestAsync(int at, Guid id, JsonObject request)
    {
        if ((string?)request["transport"] == "udp" && _edge is { } edge)
        {
            var flow = new OriginFlowReplay(request);
            _tunnels[id] = flow;
            await flow.BeginAsync(edge, _requests.Reader);
            return;
        }

        var own = _steps.Skip(at + 1).Where(step => step.Kind == "frame" && step.Tunnel == id).TakeWhile(step => step.Sender == _ours);
        var tunnel = new OriginReplay(request, own.FirstOrDefault(step => step.What == "tunnel_data")?.Data ?? []);
        _tunnels[id] = tunnel;
        await tunnel.BeginAsync(Mesh, _requests.Reader);
    }

    /// <summary>The recorded node stops.</summary>
    private async Task CloseAsync(string name, ReplayLink link)
    {
        _links.Remove(name);
        await link.Peer.SendFrameAsync(WebSocketOpcode.Close, [0x03, 0xE8]);
        Assert.Equal(1000, (await link.EndAsync()).CloseCode);
        await link.DisposeAsync();
        if (_links.Count == 0) await LoseTunnelsAsync();
    }

    /// <summary>The recorded node is killed.</summary>
    private async Task CutAsync()
    {
        foreach (var link in _links.Values) link.Peer.Cut();
        await LoseTunnelsAsync();
        foreach (var link in _links.Values) await link.DisposeAsync();
        _links.Clear();
    }

    private async Task LoseTunnelsAsync()
    {
        foreach (var tunnel in _tunnels.Values) await tunnel.LoseAsync();
    }

    /// <summary>Ours stops, and is started again. It waits for its users, where the original breaks them off, and says 1001 instead of 1000.</summary>
    private async Task StopAsync()
    {
        var stopping = Mesh.BeginStop();
        foreach (var tunnel in _tunnels.Values.OfType<OriginReplay>()) tunnel.Leave();
        foreach (var link in _links.Values)
        {
            Assert.Equal(1001, (await link.EndAsync()).CloseCode);
            await link.DisposeAsync();
        }

        _links.Clear();
        await stopping.BoundedAsync();
        await LoseTunnelsAsync();
        await StopMeshAsync();
        await StartMeshAsync();
    }

    private static string[] NamesOf(JsonObject json) => [.. (json["hostnames"]?.AsArray() ?? []).Select(name => (string?)name ?? "").Order(StringComparer.Ordinal)];
}
