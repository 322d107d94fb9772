using System.Threading.Channels;
using Grpc.Core;
using Nexus.Contracts.Routing.V1;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Peers;

/// <summary>A route directory that remembers what hubs say.</summary>
internal sealed class DirectoryPeer : RouteDirectory.RouteDirectoryBase
{
    private readonly Channel<AnnounceRequest> _received = Channel.CreateUnbounded<AnnounceRequest>();

    /// <summary>Whether heartbeats are answered.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The next message that is no heartbeat.</summary>
    public async Task<AnnounceRequest> NextAsync()
    {
        while (true)
        {
            var next = await ReceiveAsync();
            if (next.Heartbeat is null) return next;
        }
    }

    /// <summary>The next message of any kind.</summary>
    public Task<AnnounceRequest> ReceiveAsync() => _received.Reader.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>Reads on until the key has this weight (0: was removed).</summary>
    public async Task WaitForAsync(string key, int weight)
    {
        while (true)
        {
            var next = await NextAsync();
            var upserts = (next.Full?.Keys ?? []).Concat(next.Delta?.Upserts ?? []);
            if (weight > 0 && upserts.Any(upsert => Text(upsert.Key) == key && upsert.Weight == weight)) return;
            if (weight == 0 && (next.Delta?.Removals ?? []).Any(removal => Text(removal) == key)) return;
        }
    }

    public static string Text(RouteKey key) => key.KeyCase switch
    {
        RouteKey.KeyOneofCase.Host => key.Host,
        RouteKey.KeyOneofCase.WildcardSuffix => "*" + key.WildcardSuffix,
        RouteKey.KeyOneofCase.TcpPort => $"tcp:{key.TcpPort}",
        _ => $"udp:{key.UdpPort}",
    };

    public override async Task Announce(
        IAsyncStreamReader<AnnounceRequest> requestStream, IServerStreamWriter<AnnounceResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var request = requestStream.Current;
            _received.Writer.TryWrite(request);
            if (IsSilent || (request.Full is null && request.Heartbeat is null)) continue;
            await responseStream.WriteAsync(new() { Lease = new() { Milliseconds = 15_000 } }, context.CancellationToken);
        }
    }
}
