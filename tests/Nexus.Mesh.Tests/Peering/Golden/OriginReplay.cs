using System.Text.Json.Nodes;
using System.Threading.Channels;
using Nexus.Contracts.Carriers;
using Nexus.Mesh.Tests.Peering.Fakes;
using Nexus.Protocol.Channels;

namespace Nexus.Mesh.Tests.Peering.Golden;

/// <summary>A recorded user of the node that ours stands for.</summary>
/// <param name="request">As recorded.</param>
/// <param name="prelude">What the user said first, and nothing.</param>
internal sealed class OriginReplay(JsonObject request, byte[] prelude) : ReplayedTunnel(request)
{
    private readonly List<(byte[] Bytes, bool IsSent)> _wanted = [];
    private Task<OpenStreamResult>? _opening;
    private MeshUser? _user;
    private bool _isPaused;

    /// <summary>Brings the user, and finds out on which link it is asked for.</summary>
    public async Task BeginAsync(LinkedMesh mesh, ChannelReader<(ReplayLink Link, LinkMessage Request)> requests)
    {
        _opening = mesh.OpenAsync(ToOpen(), prelude);
        var (link, asked) = await requests.ReadAsync(Cancellation).BoundedAsync();
        (Link, Id) = (link, asked.Id);
        Request["client_id"] = asked.Id.ToString();
        Assert.Equal(Request.ToJsonString(), asked.Json.GetRawText()); // nothing more, nothing less, in the same order
    }

    protected override async Task OnLostAsync()
    {
        if (_user is not null) await _user.EndedAsync();
    }

    /// <summary>Ends the user's side.</summary>
    public void Leave() => _user?.Reset();

    public override async ValueTask FinishAsync()
    {
        await base.FinishAsync();
        if (_user is not null) await _user.DisposeAsync();
    }

    protected override async Task OnPlayedAsync(RecordedStep step)
    {
        if (step.What == "tunnel_pause") _isPaused = true;
        if (step.What == "tunnel_resume") _isPaused = false;
        if (_user is null && _opening is not null && step.What is "tunnel_data" or "tunnel_credits") await TakenAsync();
        if (_user is null) return;
        if (step.What == "tunnel_data") Assert.Equal(step.Data, await _user.ReceiveAsync(step.Data.Length));
        if (step.What == "tunnel_close") Assert.Equal(ChannelReadStatus.End, await _user.EndedAsync());
        else await CatchUpAsync();
    }

    protected override async Task OnExpectedAsync(RecordedStep step)
    {
        if (step.What == "tunnel_close")
        {
            await CatchUpAsync();
            Leave();
            await Inbox.Closed.BoundedAsync();
        }
        else if (step.What == "tunnel_data")
        {
            _wanted.Add((step.Data, IsSent: _wanted.Count == 0 && _user is null && prelude.Length > 0));
            await CatchUpAsync();
        }
    }

    private async Task TakenAsync()
    {
        if (_opening is { } opening) _user = await LinkedMesh.TakenAsync(opening);
    }

    /// <summary>What the user has said by now; unlike the original, ours takes nothing of it before it was accepted, nor behind a pause.</summary>
    private async Task CatchUpAsync()
    {
        while (_user is { } user && _wanted.Count > 0)
        {
            var bytes = _wanted[0].Bytes;
            if (!_wanted[0].IsSent) await user.SendAsync(bytes);
            _wanted[0] = (bytes, IsSent: true);
            if (_isPaused) return;
            _wanted.RemoveAt(0);
            Assert.Equal(bytes, await Inbox.ReceiveAsync(bytes.Length));
        }
    }

    private OpenStream ToOpen() => new()
    {
        ClientAddress = ClientAddress,
        LocalPort = Port,
        Host = Host.Contains(':', StringComparison.Ordinal) ? "" : Host,
        ClaimedPort = Host.StartsWith("tcp:", StringComparison.Ordinal) ? Port : 0,
        IsTls = IsTls,
    };
}
