using System.Threading.Channels;
using Nexus.Contracts.Routing.V1;

namespace Nexus.Edge.Tests.Fakes;

/// <summary>One call of an edge to <see cref="FakeMesh"/>.</summary>
internal sealed class WatchCall
{
    private readonly Channel<WatchResponse> _responses = Channel.CreateUnbounded<WatchResponse>();

    public ChannelReader<WatchResponse> Responses => _responses.Reader;

    public void Snapshot(ulong revision, params ReadOnlySpan<(Uri Hub, string Name, uint Weight)> routes)
    {
        var snapshot = new WatchSnapshot();
        foreach (var (hub, name, weight) in routes)
        {
            if (!snapshot.Targets.Any(target => target.Id == IdOf(hub))) snapshot.Targets.Add(TargetOf(hub));
            snapshot.Routes.Add(new TargetRoute { TargetId = IdOf(hub), Key = KeyOf(name), Weight = weight });
        }
        _responses.Writer.TryWrite(new WatchResponse { Revision = revision, Snapshot = snapshot });
    }

    public void Delta(ulong revision, Action<WatchDelta> change)
    {
        var delta = new WatchDelta();
        change(delta);
        _responses.Writer.TryWrite(new WatchResponse { Revision = revision, Delta = delta });
    }

    public void End() => _responses.Writer.TryComplete();

    public static string IdOf(Uri hub) => $"hub-{hub.Port}";

    public static Target TargetOf(Uri hub) => new() { Id = IdOf(hub), StreamAddress = hub.ToString() };

    public static RouteKey KeyOf(string name) => name.StartsWith('*') ? new RouteKey { WildcardSuffix = name[1..] } : new RouteKey { Host = name };
}
