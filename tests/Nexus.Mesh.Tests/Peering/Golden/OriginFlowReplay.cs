using System.Text.Json.Nodes;
using System.Threading.Channels;
using Nexus.Mesh.Tests.Peering.Fakes;

namespace Nexus.Mesh.Tests.Peering.Golden;

/// <summary>A recorded UDP user of the node that ours stands for.</summary>
internal sealed class OriginFlowReplay(JsonObject request) : ReplayedTunnel(request)
{
    private EdgeFlows.EdgeFlow? _user;

    public async Task BeginAsync(EdgeFlows edge, ChannelReader<(ReplayLink Link, LinkMessage Request)> requests)
    {
        _user = edge.Open(Port, ClientAddress);
        var (link, asked) = await requests.ReadAsync(Cancellation).BoundedAsync();
        (Link, Id) = (link, asked.Id);
        Request["client_id"] = asked.Id.ToString();
        Assert.Equal(Request.ToJsonString(), asked.Json.GetRawText());
    }

    protected override async Task OnLostAsync()
    {
        if (_user is not null) await _user.Ended;
    }

    protected override async Task OnPlayedAsync(RecordedStep step)
    {
        if (_user is null) return;
        if (step.What == "tunnel_data") Assert.Equal(step.Data, await _user.NextAsync());
        if (step.What == "tunnel_close") await _user.Ended;
    }

    protected override async Task OnExpectedAsync(RecordedStep step)
    {
        if (step.What == "tunnel_data")
        {
            _user?.Send(step.Data);
            Assert.Equal(step.Data, await Inbox.DatagramAsync());
        }
        else if (step.What == "tunnel_close")
        {
            _user?.End(); // the edge knows when it is idle
            await Inbox.Closed.BoundedAsync();
        }
    }
}
