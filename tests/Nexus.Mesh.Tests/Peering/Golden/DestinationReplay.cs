using System.Text.Json.Nodes;
using Nexus.Mesh.Tests.Peering.Fakes;
using Nexus.Protocol.Channels;

namespace Nexus.Mesh.Tests.Peering.Golden;

/// <summary>A recorded user of the other node, who comes to a backend of the node that ours stands for.</summary>
internal sealed class DestinationReplay(JsonObject request) : ReplayedTunnel(request)
{
    private HubStream? _stream;
    private int _unread;
    private bool _isSlow;

    public async Task BeginAsync(ReplayLink link, FakeHub hub, Guid id)
    {
        (Link, Id) = (link, id);
        await link.Peer.SendTextAsync(Request.ToJsonString());
        _stream = await hub.NextAsync();
        var asked = _stream.Open;
        Assert.Equal((ClientAddress, Port, IsTls), (asked.ClientAddress, asked.LocalPort, asked.IsTls));
        Assert.Equal(Host, asked.Host.Length > 0 ? asked.Host : $"tcp:{asked.ClaimedPort}");
        _stream.Take();
    }

    protected override async Task OnLostAsync()
    {
        if (_stream is not null) await _stream.Gone.BoundedAsync();
    }

    protected override async Task OnPlayedAsync(RecordedStep step)
    {
        if (_stream is null) return;
        if (step.What == "tunnel_data")
        {
            _unread += step.Data.Length;
            if (!_isSlow) await ReadAsync(_stream);
        }

        if (step.What != "tunnel_close") return;
        Assert.Equal(ChannelReadStatus.End, await _stream.EndedAsync());
        _stream.End();
    }

    /// <summary>The recorded service stopped reading before its node asked for a pause, and read again before that was over.</summary>
    protected override async Task OnExpectedAsync(RecordedStep step)
    {
        if (_stream is null) return;
        if (step.What == "tunnel_pause") _isSlow = true;
        if (step.What == "tunnel_resume")
        {
            _isSlow = false;
            await ReadAsync(_stream);
        }

        if (step.What == "tunnel_data")
        {
            await _stream.SendAsync(step.Data);
            Assert.Equal(step.Data, await Inbox.ReceiveAsync(step.Data.Length));
        }

        if (step.What != "tunnel_close") return;
        _stream.End();
        await Inbox.Closed.BoundedAsync();
    }

    private async Task ReadAsync(HubStream stream)
    {
        await stream.ReceiveAsync(_unread);
        _unread = 0;
    }
}
