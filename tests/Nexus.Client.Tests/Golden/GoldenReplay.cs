using System.Collections.Concurrent;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Golden;

/// <summary>
/// Plays the hub's side of a recorded session, and the local services behind the recorded client: each service sends what
/// the recording shows, once it has received what it had received then.
/// </summary>
internal sealed class GoldenReplay(IReadOnlyList<GoldenFrame> frames)
{
    private readonly ConcurrentDictionary<Guid, Task<byte[]>> _services = new();

    public IEnumerable<Guid> Streams => frames.Where(frame => frame.Event == "connect").Select(frame => frame.StreamId).Distinct();

    /// <summary>What the local service of a stream received.</summary>
    public Task<byte[]> ReceivedAsync(Guid stream) => _services.TryGetValue(stream, out var service) ? service.BoundedAsync() : Task.FromResult<byte[]>([]);

    /// <summary>Bytes of a stream in one direction.</summary>
    public byte[] Bytes(Guid stream, bool fromHub) => [.. frames.Where(frame => frame.IsData && frame.FromHub == fromHub && frame.StreamId == stream).SelectMany(frame => frame.Payload)];

    /// <summary>The reason with which the recorded client ended the stream of itself; null when the hub ended it.</summary>
    public string? OwnEnd(Guid stream)
    {
        var end = frames.FirstOrDefault(frame => frame.Event == "disconnect" && frame.StreamId == stream);
        return end is { FromHub: false } ? end.Reason : null;
    }

    public ValueTask<NexusConnectResult> Connect(NexusConnectRequest request)
    {
        if (OwnEnd(request.StreamId) == "dial_failed") return new(NexusConnectResult.Reject("recorded so"));
        var pair = new StreamPair();
        _services[request.StreamId] = ServeAsync(request.StreamId, pair);
        return new(NexusConnectResult.FromStream(pair.Near));
    }

    /// <summary>Sends what the hub sent, each message after what the client had sent before it.</summary>
    public async Task RunAsync(HubSide hub)
    {
        var due = new Dictionary<Guid, int>();
        foreach (var frame in frames.SkipWhile(frame => frame.Event != "connect"))
        {
            if (frame is { FromHub: false, IsData: true }) due[frame.StreamId] = due.GetValueOrDefault(frame.StreamId) + frame.Payload.Length;
            if (!frame.FromHub) continue;
            foreach (var (stream, bytes) in due) await hub.WaitForDataAsync(stream, bytes);
            // Both sides ended it, the client first.
            if (frame.Event == "disconnect" && OwnEnd(frame.StreamId) is not null) await hub.WaitForControlAsync(frame.StreamId, "disconnect");
            if (frame.IsData) await hub.SendDataAsync(frame.StreamId, frame.Payload);
            else if (frame.Type == "binary") await hub.SendBinaryAsync(frame.Payload);
            else if (frame.Type == "text") await hub.SendTextAsync(System.Text.Encoding.UTF8.GetString(frame.Payload));
        }

        foreach (var stream in Streams.Where(stream => OwnEnd(stream) is not null)) await hub.WaitForControlAsync(stream, "disconnect");
    }

    private async Task<byte[]> ServeAsync(Guid stream, StreamPair pair)
    {
        await using var far = pair.Far; // the other end is the client's to close
        var received = new List<byte>();
        var before = 0;
        foreach (var frame in frames.Where(frame => frame.IsData && frame.StreamId == stream))
        {
            if (frame.FromHub)
            {
                before += frame.Payload.Length;
                continue;
            }

            await ReceiveAsync(far, received, before);
            await far.WriteAsync(frame.Payload);
        }

        await ReceiveAsync(far, received, before);
        // A stream that the hub ended ends here when the client closes it.
        if (OwnEnd(stream) is null) await ReceiveAsync(far, received, int.MaxValue);
        return [.. received];
    }

    private static async Task ReceiveAsync(Stream stream, List<byte> received, int total)
    {
        var buffer = new byte[32 * 1024];
        while (received.Count < total && await stream.ReadAsync(buffer) is > 0 and var count) received.AddRange(buffer[..count]);
    }
}
