using System.Net;
using Microsoft.Extensions.Options;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Hub.Stun;

/// <summary>Decides about one datagram. Whoever is not answered gets nothing at all.</summary>
internal sealed class StunResponder(IOptions<StunOptions> options, StunMetrics metrics, TimeProvider time)
{
    private const int Sources = 4_096;

    private readonly RateGate _all = new(options.Value.MaxPerSecond, slots: 1, time);
    private readonly RateGate _bySource = new(options.Value.MaxPerSourcePerSecond, Sources, time);

    /// <summary>The size of the response in <paramref name="response"/>; 0: none.</summary>
    public int Respond(ReadOnlySpan<byte> datagram, IPEndPoint source, Span<byte> response)
    {
        if (!StunBinding.TryReadRequest(datagram, out var transactionId)) return Drop(StunOutcome.NotARequest);
        // The hash of an address is seeded anew in each process: nobody can choose whose slot to fill.
        if (!_bySource.TryPass(HashCode.Combine(ConnectionAdmission.SourceOf(source)))) return Drop(StunOutcome.SourceLimit);
        return _all.TryPass(0) ? StunBinding.WriteResponse(response, transactionId, source) : Drop(StunOutcome.TotalLimit);
    }

    public void Sent() => metrics.Count(StunOutcome.Answered);

    public void NotSent() => metrics.Count(StunOutcome.SendFailed);

    private int Drop(StunOutcome outcome)
    {
        metrics.Count(outcome);
        return 0;
    }
}
