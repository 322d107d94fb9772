using System.Diagnostics;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Sessions;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Streams;

/// <summary>How a user comes to a backend, whichever way it reached the hub: opening, or refusing, and the record of it.</summary>
internal sealed class StreamReception(
    StreamOpener opener, StreamRunner runner, IOptions<SessionsOptions> options, SessionsMetrics metrics, ILogger<StreamReception> logger) : IStreamReception
{
    public TimeSpan LingerLimit => options.Value.HalfClosedIdleTimeout;

    /// <summary>Without waiting.</summary>
    public ValueTask<Reception> OpenAsync(OpenStream? open, IByteChannel user, CancellationToken gone)
    {
        var span = open is null ? null : HubTracing.StartStream(open);
        var (stream, refusal) = TryOpen(open, user, span);
        if (stream is not null) return ValueTask.FromResult(Reception.Taken(new ReceivedStream(stream, runner, span, logger)));
        metrics.StreamRefused(refusal);
        StreamsLog.Refused(logger, refusal);
        HubTracing.RefuseStream(span, refusal);
        return ValueTask.FromResult(Reception.Refused(OpenRequest.ToStatus(refusal), EnumWord.Of(refusal)));
    }

    private (UserStream? Stream, StreamRefusal Refusal) TryOpen(OpenStream? open, IByteChannel user, Activity? span)
    {
        if (open is null || !open.TryGetKey(out var key)) return (null, StreamRefusal.InvalidOpen);
        return open.Transport == StreamTransport.Tcp
            ? opener.Open(key, user, OpenRequest.ToConnect(open, key, span))
            : (null, StreamRefusal.UnsupportedTransport);
    }
}
