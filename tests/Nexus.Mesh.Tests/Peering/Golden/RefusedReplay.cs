using System.Text.Json.Nodes;

namespace Nexus.Mesh.Tests.Peering.Golden;

/// <summary>A recorded user whom our mesh refuses at once; the original is silent, or makes up an address.</summary>
internal sealed class RefusedReplay(JsonObject request) : ReplayedTunnel(request)
{
    public async Task BeginAsync(ReplayLink link, Guid id)
    {
        (Link, Id) = (link, id);
        await link.Peer.SendTextAsync(Request.ToJsonString());
        await Inbox.Closed.BoundedAsync();
    }

    protected override Task OnLostAsync() => Task.CompletedTask;

    protected override Task OnPlayedAsync(RecordedStep step) => Task.CompletedTask;

    protected override Task OnExpectedAsync(RecordedStep step) => Task.CompletedTask;
}
