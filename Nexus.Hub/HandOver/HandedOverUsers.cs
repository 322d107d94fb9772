using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.Hub.Observing;
using Nexus.Hub.Sessions;
using Nexus.Hub.Streams;

namespace Nexus.Hub.HandOver;

/// <summary>Takes users' sockets from edges and gives each user to a backend: what <see cref="StreamsService"/> does for those who come by gRPC.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HandedOverUsers(StreamReception reception, IOptions<SessionsOptions> options, TimeProvider time, ILogger<HandedOverUsers> logger) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>From the offer to the end of the user's connection.</summary>
    public async Task ServeAsync(HandOverArrival arrival)
    {
        try
        {
            using var span = HubTracing.StartStream(arrival.Open);
            await ServeAsync(arrival, span);
        }
        catch (Exception e)
        {
            // The owner of the task: a fault with one user is logged, and touches no other.
            HandOverLog.Faulted(logger, e);
            await arrival.FailAsync(EnumWord.Of(StreamEnd.Fault));
        }
        finally
        {
            arrival.LetGo();
        }
    }

    /// <summary>Who has its answer and still sends is not waited for any longer.</summary>
    public Task StopWaitingAsync() => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();

    private async Task ServeAsync(HandOverArrival arrival, Activity? span)
    {
        await using var user = new HandedOverUser(arrival);
        await using var unanswered = new UnansweredUser(user);
        var (stream, refusal) = reception.Open(arrival.Open, unanswered, span);
        if (stream is null)
        {
            await arrival.RefuseAsync(ToOpenRefusal(refusal), EnumWord.Of(refusal));
            return;
        }

        var isAccepted = await arrival.AcceptAsync();
        if (isAccepted) user.TakeOver();
        arrival.ForgetOpen();
        var accepting = isAccepted ? Task.CompletedTask : Task.FromException(new IOException("The edge does not listen any more."));
        var end = await reception.RunAsync(stream, accepting, span, arrival.Gone);
        if (!isAccepted) return;
        await CloseAsync(arrival, user, end, unanswered.IsSpared);
        user.LetGo(); // before the report: the edge has the last descriptor then, and closes it
        await arrival.EndAsync(EnumWord.Of(end), stream.BytesFromUser, stream.BytesToUser);
    }

    private async ValueTask CloseAsync(HandOverArrival arrival, HandedOverUser user, StreamEnd end, bool isSpared)
    {
        if (arrival.Pair is not null)
        {
            if (!end.IsOrderly()) user.Abort(); // what the user is told is the edge's affair, and nobody who still sends loses anything by a close
        }
        else if (end.IsOrderly())
        {
            arrival.MarkOrderly();
            await LingeringClose.DrainAsync(user, options.Value.HalfClosedIdleTimeout, time, _stopping.Token);
        }
        else if (isSpared && end != StreamEnd.UserReset && arrival.LastWords.Length > 0)
        {
            await LingeringClose.RunAsync(user, arrival.LastWords, time, _stopping.Token);
            arrival.MarkOrderly();
        }
        else if (isSpared && end == StreamEnd.DialFailed)
        {
            arrival.MarkOrderly();
        }
        else
        {
            user.Abort();
        }
    }

    private static OpenRefusal ToOpenRefusal(StreamRefusal refusal) => refusal switch
    {
        StreamRefusal.NoBackend => OpenRefusal.NotFound,
        StreamRefusal.BackendsFull => OpenRefusal.ResourceExhausted,
        StreamRefusal.Draining => OpenRefusal.Unavailable,
        _ => OpenRefusal.Rejected,
    };
}
