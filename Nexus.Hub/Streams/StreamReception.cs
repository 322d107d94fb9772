using System.Diagnostics;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Observing;
using Nexus.Hub.Sessions;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;

namespace Nexus.Hub.Streams;

/// <summary>How a user comes to a backend, whichever way it reached the hub: opening, running, and the record of both.</summary>
internal sealed class StreamReception(StreamOpener opener, StreamRunner runner, SessionsMetrics metrics, ILogger<StreamReception> logger)
{
    /// <summary>The stream, with `connect` queued; or why there is none.</summary>
    /// <param name="open">Null when it was no valid request.</param>
    /// <param name="user">The user's side; stays its owner's.</param>
    /// <param name="span">The stream's.</param>
    public (UserStream? Stream, StreamRefusal Refusal) Open(OpenStream? open, IByteChannel user, Activity? span)
    {
        var (stream, refusal) = TryOpen(open, user, span);
        if (stream is not null) return (stream, refusal);
        metrics.StreamRefused(refusal);
        StreamsLog.Refused(logger, refusal);
        span?.SetStatus(ActivityStatusCode.Error, EnumWord.Of(refusal));
        return (null, refusal);
    }

    /// <inheritdoc cref="UserStream.RunAsync"/>
    public async Task<StreamEnd> RunAsync(UserStream stream, Task accepting, Activity? span, CancellationToken userGone)
    {
        var end = StreamEnd.Fault; // stays if the stream throws
        try
        {
            return end = await runner.RunAsync(stream, accepting, userGone);
        }
        finally
        {
            HubTracing.EndStream(span, stream, end);
            StreamsLog.Ended(logger, stream.Id.ToGuid(), end, stream.BytesFromUser, stream.BytesToUser);
        }
    }

    private (UserStream? Stream, StreamRefusal Refusal) TryOpen(OpenStream? open, IByteChannel user, Activity? span)
    {
        if (open is null || !OpenRequest.TryGetKey(open, out var key)) return (null, StreamRefusal.InvalidOpen);
        return open.Transport == StreamTransport.Tcp
            ? opener.Open(key, user, OpenRequest.ToConnect(open, key, span))
            : (null, StreamRefusal.UnsupportedTransport);
    }
}
