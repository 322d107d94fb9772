using System.Text.Json.Nodes;

namespace Nexus.Mesh.Tests.Peering.Golden;

/// <summary>One recorded tunnel or flow: what the recorded node said is played, what the other did is wanted of our mesh.</summary>
internal abstract class ReplayedTunnel(JsonObject request)
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public JsonObject Request => request;

    protected bool IsDatagrams => (string?)request["transport"] == "udp";

    /// <summary>Where it really is: which of two links takes the next user is a matter of turns.</summary>
    protected ReplayLink? Link { get; set; }

    protected Guid Id { get; set; }

    protected TunnelInbox Inbox => (Link ?? throw new InvalidOperationException("Not asked for.")).InboxOf(Id);

    /// <summary>Either side has closed it: our mesh does not answer a close with another (the original does).</summary>
    protected bool IsOver { get; set; }

    protected string Host => (string?)request["hostname"] ?? "";

    protected string ClientAddress => (string?)request["client_ip"] ?? "";

    protected int Port => (int?)request["conn_port"] ?? 0;

    protected bool IsTls => (bool?)request["is_tls"] ?? false;

    /// <summary>What the recorded node has sent.</summary>
    public async Task PlayAsync(RecordedStep step)
    {
        if (Link is not { } link) throw new InvalidOperationException("Not asked for.");
        switch (step.What)
        {
            case "tunnel_data":
                if (!IsDatagrams && !IsOver) await Inbox.TakeCreditAsync();
                await link.Peer.DataAsync(Id, step.Data);
                break;
            case "tunnel_credits" when Inbox.HasGranted:
                return; // later ones are its own to give, by what it consumes
            case "tunnel_credits":
                Inbox.HasGranted = true;
                await link.Peer.GrantAsync(Id, step.Credits);
                break;
            case "tunnel_pause":
                await link.Peer.PauseAsync(Id);
                break;
            case "tunnel_resume":
                await link.Peer.ResumeAsync(Id);
                break;
            case "tunnel_close":
                await link.Peer.CloseTunnelAsync(Id);
                break;
        }

        if (IsOver) return;
        await OnPlayedAsync(step);
        IsOver |= step.What == "tunnel_close";
    }

    /// <summary>What the node that ours stands for has sent.</summary>
    public async Task ExpectAsync(RecordedStep step)
    {
        if (IsOver) return;
        await OnExpectedAsync(step);
        IsOver |= step.What == "tunnel_close";
    }

    /// <summary>Its link was lost, or our mesh has stopped: if it lived, it ends.</summary>
    public async Task LoseAsync()
    {
        if (!IsOver) await OnLostAsync();
        IsOver = true;
    }

    public virtual ValueTask FinishAsync()
    {
        if (Link is not null) Inbox.CheckGrants(IsDatagrams);
        return ValueTask.CompletedTask;
    }

    protected abstract Task OnPlayedAsync(RecordedStep step);

    protected abstract Task OnLostAsync();

    protected abstract Task OnExpectedAsync(RecordedStep step);
}
