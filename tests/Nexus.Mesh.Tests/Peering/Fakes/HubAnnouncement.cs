using Grpc.Core;
using Grpc.Net.Client;
using Nexus.Contracts.Routing.V1;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>A hub's word about its routes.</summary>
internal sealed class HubAnnouncement : IDisposable
{
    private readonly AsyncDuplexStreamingCall<AnnounceRequest, AnnounceResponse> _call;
    private ulong _revision;

    private HubAnnouncement(AsyncDuplexStreamingCall<AnnounceRequest, AnnounceResponse> call) => _call = call;

    public static async Task<HubAnnouncement> OpenAsync(GrpcChannel mesh, string streamAddress)
    {
        var announcement = new HubAnnouncement(new RouteDirectory.RouteDirectoryClient(mesh).Announce(cancellationToken: TestContext.Current.CancellationToken));
        await announcement._call.RequestStream.WriteAsync(new() { Open = new() { Target = new() { Id = $"hub-{Guid.NewGuid():n}", StreamAddress = streamAddress } } });
        return announcement;
    }

    public async Task FullAsync(params string[] names)
    {
        var full = new AnnounceRequest { Full = new() { Revision = ++_revision } };
        full.Full.Keys.AddRange(names.Select(name => new WeightedKey { Key = ToKey(name), Weight = 1 }));
        await _call.RequestStream.WriteAsync(full);
        Assert.True(await _call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).BoundedAsync());
    }

    public async Task ChangeAsync(string[] added, string[] removed)
    {
        var delta = new AnnounceRequest { Delta = new() { Revision = ++_revision } };
        delta.Delta.Upserts.AddRange(added.Select(name => new WeightedKey { Key = ToKey(name), Weight = 1 }));
        delta.Delta.Removals.AddRange(removed.Select(ToKey));
        await _call.RequestStream.WriteAsync(delta);
    }

    /// <summary>The hub's word ends, and with it its routes.</summary>
    public void Dispose() => _call.Dispose();

    private static RouteKey ToKey(string name)
    {
        if (name.StartsWith("tcp:", StringComparison.Ordinal)) return new() { TcpPort = uint.Parse(name[4..], System.Globalization.CultureInfo.InvariantCulture) };
        if (name.StartsWith("udp:", StringComparison.Ordinal)) return new() { UdpPort = uint.Parse(name[4..], System.Globalization.CultureInfo.InvariantCulture) };
        return name.StartsWith("*.", StringComparison.Ordinal) ? new() { WildcardSuffix = name[1..] } : new() { Host = name };
    }
}
