using System.Diagnostics;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Sessions;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Streams;

/// <summary>A user's stream to a backend, as those see it who brought the user; with its place in log and trace.</summary>
/// <param name="stream">Opened: `connect` is queued.</param>
/// <param name="runner">Runs it.</param>
/// <param name="span">Owned; ends with the stream.</param>
/// <param name="logger">For its end.</param>
internal sealed class ReceivedStream(UserStream stream, StreamRunner runner, Activity? span, ILogger<StreamReception> logger) : IReceivedStream
{
    public long BytesFromUser => stream.BytesFromUser;

    public long BytesToUser => stream.BytesToUser;

    public async Task<StreamOutcome> RunAsync(Task accepting, CancellationToken userGone)
    {
        var end = StreamEnd.Fault; // stays if the stream throws
        try
        {
            end = await runner.RunAsync(stream, accepting, userGone);
        }
        finally
        {
            StreamsLog.Ended(logger, stream.Id.ToGuid(), end, stream.BytesFromUser, stream.BytesToUser);
            HubTracing.EndStream(span, stream, end);
        }

        return new(EnumWord.Of(end), end.IsOrderly(), end == StreamEnd.UserReset, end == StreamEnd.DialFailed);
    }
}
