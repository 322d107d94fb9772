using System.Text.Json.Nodes;
using Nexus.Mesh.Tests.Peering.Fakes;

namespace Nexus.Mesh.Tests.Peering.Golden;

/// <summary>A recorded UDP user of the other node, who comes to a backend of the node that ours stands for.</summary>
internal sealed class DestinationFlowReplay(JsonObject request) : ReplayedTunnel(request)
{
    private HubFlow? _flow;

    public async Task BeginAsync(ReplayLink link, FakeHub hub, Guid id)
    {
        (Link, Id) = (link, id);
        await link.Peer.SendTextAsync(Request.ToJsonString());
        _flow = await hub.NextFlowAsync();
        Assert.Equal((id, ClientAddress, Port), (_flow.Open.FlowId.ToGuid(), _flow.Open.ClientAddress, _flow.Open.LocalPort));
    }

    protected override async Task OnLostAsync()
    {
        if (_flow is not null) await _flow.Finished.BoundedAsync();
    }

    protected override async Task OnPlayedAsync(RecordedStep step)
    {
        if (_flow is null) return;
        if (step.What == "tunnel_data") Assert.Equal(step.Data, await _flow.NextAsync());
        if (step.What == "tunnel_close") await _flow.Finished.BoundedAsync();
    }

    protected override async Task OnExpectedAsync(RecordedStep step)
    {
        if (_flow is null) return;
        if (step.What == "tunnel_data")
        {
            Assert.True(_flow.Reply(step.Data));
            Assert.Equal(step.Data, await Inbox.DatagramAsync());
        }
        else if (step.What == "tunnel_close")
        {
            _flow.End();
            await Inbox.Closed.BoundedAsync();
        }
    }
}
