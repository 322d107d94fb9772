using System.Diagnostics;
using Nexus.Contracts.Carriers;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>A user's tunnel to another region, as those see it who brought the user.</summary>
/// <param name="tunnel">Accepted by the other node.</param>
/// <param name="runner">Runs it.</param>
/// <param name="span">Owned; ends with the tunnel.</param>
internal sealed class OriginTunnel(Tunnel tunnel, TunnelRunner runner, Activity? span) : IReceivedStream
{
    public long BytesFromUser => tunnel.BytesSent;

    public long BytesToUser => tunnel.BytesReceived;

    public async Task<StreamOutcome> RunAsync(Task accepting, CancellationToken userGone)
    {
        var end = TunnelEnd.Fault;
        try
        {
            end = await runner.RunAsync(TunnelSide.Origin, tunnel, accepting, userGone);
        }
        finally
        {
            MeshTracing.End(span, end);
        }

        return new(EnumWord.Of(end), end == TunnelEnd.Completed, end == TunnelEnd.LocalReset, end == TunnelEnd.DialFailed);
    }
}
