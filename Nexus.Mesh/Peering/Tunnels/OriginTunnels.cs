using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Mesh.Peering.Links;
using Nexus.Mesh.Peering.Routes;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Naming;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>
/// Takes users from edges and brings each to a region that serves what it asked for. A peer that refuses, or is silent, costs the user nothing
/// but time: until one has accepted, no byte of the user's is taken.
/// </summary>
internal sealed class OriginTunnels(PeerTable table, TunnelRunner runner, Drain drain, IOptions<PeeringOptions> options, TimeProvider time) : IStreamReception
{
    /// <summary>In less no peer can answer.</summary>
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(100);

    public TimeSpan LingerLimit => options.Value.HalfClosedIdleTimeout;

    public async ValueTask<Reception> OpenAsync(OpenStream? open, IByteChannel user, CancellationToken gone)
    {
        if (open is null || !open.TryGetKey(out var key)) return Reception.Refused(StatusCode.InvalidArgument, "invalid_open");
        if (open.Transport != StreamTransport.Tcp) return Reception.Refused(StatusCode.Unimplemented, "unsupported_transport");
        if (drain.IsDraining) return Refuse(null, TunnelEnd.Draining);
        var span = MeshTracing.Start(TunnelSide.Origin, open.TraceParent, open.TraceState);
        var request = ToRequest(open, key, span);
        var refusal = IsServed(key) ? TunnelEnd.Full : TunnelEnd.NoBackend; // unless a peer is asked and says something else
        var tried = new List<PeerLink>(1);
        var began = time.GetTimestamp();
        while (tried.Count < options.Value.MaxAttempts && options.Value.OpenLimit - time.GetElapsedTime(began) is var left && left >= s_least && Choose(key, tried) is { } link)
        {
            tried.Add(link);
            if (link.TryOpen(user, request) is not { } tunnel) continue;
            if (await WaitForAnswerAsync(tunnel, left < options.Value.OpenTimeout ? left : options.Value.OpenTimeout, gone) is not { } refused) return Reception.Taken(new OriginTunnel(tunnel, runner, span));
            tunnel.Abandon(refusal = refused);
            runner.Refused(TunnelSide.Origin, refused);
            if (refused == TunnelEnd.UserLeft) break;
        }

        return Refuse(span, refusal);
    }

    private PeerLink? Choose(RouteKey key, List<PeerLink> tried) => table.Choose(key, tried) ?? (TryGetWildcard(key, out var wildcard) ? table.Choose(wildcard, tried) : null);

    private bool IsServed(RouteKey key) => table.Serves(key) || (TryGetWildcard(key, out var wildcard) && table.Serves(wildcard));

    private static bool TryGetWildcard(RouteKey key, out RouteKey wildcard)
    {
        wildcard = default;
        return key.Kind == RouteKind.Host && RouteKey.TryGetWildcardFor(key.Name, out wildcard);
    }

    /// <summary>Null once the other node has accepted.</summary>
    private async Task<TunnelEnd?> WaitForAnswerAsync(Tunnel tunnel, TimeSpan limit, CancellationToken gone)
    {
        if (tunnel.Answered.IsCompleted) return await tunnel.Answered;
        using var patience = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, gone);
        await ((Task)tunnel.Answered).WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (tunnel.Answered.IsCompletedSuccessfully) return await tunnel.Answered;
        return gone.IsCancellationRequested ? TunnelEnd.UserLeft : TunnelEnd.Unanswered;
    }

    private static ControlMessage ToRequest(OpenStream open, RouteKey key, Activity? span) => new(ControlEvent.Connect, default)
    {
        Port = open.LocalPort,
        ClientAddress = open.ShownAddress,
        Transport = StreamTransport.Tcp,
        Hostname = key.ToWireText(),
        IsTls = open.IsTls,
        TraceParent = span?.Id ?? open.TraceParent,
        TraceState = span is null ? open.TraceState : span.TraceStateString,
    };

    private static Reception Refuse(Activity? span, TunnelEnd end)
    {
        MeshTracing.End(span, end);
        return Reception.Refused(end switch
        {
            TunnelEnd.Full => StatusCode.ResourceExhausted,
            TunnelEnd.NoBackend or TunnelEnd.DialFailed => StatusCode.NotFound,
            _ => StatusCode.Unavailable,
        }, EnumWord.Of(end));
    }
}
