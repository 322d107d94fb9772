using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Nexus.Mesh.Tests.Peering.Fakes;

namespace Nexus.Mesh.Tests.Peering.Golden;

/// <summary>One link between our mesh and the recorded node: reads all that the mesh says, so that nothing waits for the script's turn.</summary>
internal sealed class ReplayLink : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, TunnelInbox> _inboxes = new();
    private readonly ChannelWriter<(ReplayLink Link, LinkMessage Request)> _requests;
    private readonly Task<LinkMessage> _reading;
    private volatile string[]? _announced;
    private ulong _version;

    public ReplayLink(ScriptedPeer peer, ChannelWriter<(ReplayLink Link, LinkMessage Request)> requests)
    {
        (Peer, _requests) = (peer, requests);
        _reading = ReadAsync();
    }

    public ScriptedPeer Peer { get; }

    /// <summary>The newest version that the recorded node has announced here.</summary>
    public ulong LastPlayed { get; set; }

    public bool IsOver => _reading.IsCompleted;

    /// <summary>How our mesh has ended the link.</summary>
    public Task<LinkMessage> EndAsync() => _reading.BoundedAsync();

    public TunnelInbox InboxOf(Guid id) => _inboxes.GetOrAdd(id, _ => new());

    /// <summary>Our mesh has told that it serves exactly these.</summary>
    public Task AnnouncedAsync(string[] names) =>
        LinkedMesh.EventuallyAsync(() => _announced is { } told && told.SequenceEqual(names), $"Announced is {string.Join(", ", _announced ?? ["nothing"])}, not {string.Join(", ", names)}.");

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        await ((Task)_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<LinkMessage> ReadAsync()
    {
        while (true)
        {
            var message = await Peer.NextAsync();
            if (message.IsEnd) return message;
            if (message.Type == "announce") Announced(message);
            else if (message.Type == "tunnel_request") _requests.TryWrite((this, message));
            else if (!message.IsText && InboxOf(message.Id).Put(message)) await Peer.GrantAsync(message.Id, 8);
        }
    }

    private void Announced(LinkMessage message)
    {
        Assert.True(message.Version > _version, "Versions of a link must grow.");
        Assert.Equal("00000000-0000-0000-0000-000000000000", (string?)JsonNode.Parse(message.Payload)?["client_id"]);
        (_version, _announced) = (message.Version, message.Names);
    }
}
