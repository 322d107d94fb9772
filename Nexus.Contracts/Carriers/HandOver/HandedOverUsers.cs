using System.Runtime.Versioning;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>Takes users' connections that callers hand over and gives them to a reception: what <see cref="ReceivingStreamsBase"/> does for those who come by gRPC.</summary>
/// <param name="reception">Takes them.</param>
/// <param name="time">For the limits on those who linger.</param>
/// <param name="faulted">Told of what must not happen, with one user; the others go on.</param>
[SupportedOSPlatform("linux")]
public sealed class HandedOverUsers(IStreamReception reception, TimeProvider time, Action<Exception> faulted) : IDisposable
{
    /// <summary>What the caller hears of a bug.</summary>
    private const string Fault = "fault";

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>From the offer to the end of the user's connection: for <see cref="HandOverListener.RunAsync(string, Func{HandOverArrival, Task})"/>.</summary>
    public async Task ServeAsync(HandOverArrival arrival)
    {
        ArgumentNullException.ThrowIfNull(arrival);
        try
        {
            await ServeUserAsync(arrival).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The owner of the task: a fault with one user is reported, and touches no other.
            faulted(e);
            await arrival.FailAsync(Fault).ConfigureAwait(false);
        }
        finally
        {
            arrival.LetGo();
        }
    }

    /// <summary>Who has its answer and still sends is not waited for any longer.</summary>
    public Task StopWaitingAsync() => _stopping.CancelAsync();

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    private async Task ServeUserAsync(HandOverArrival arrival)
    {
        using var user = new HandedOverUser(arrival);
        var unanswered = new UnansweredUser(user);
        if (await TryOpenAsync(arrival, unanswered).ConfigureAwait(false) is not { } stream) return;

        var isAccepted = await arrival.AcceptAsync().ConfigureAwait(false);
        if (isAccepted) user.TakeOver();
        arrival.ForgetOpen();
        var accepting = isAccepted ? Task.CompletedTask : Task.FromException(new IOException("The caller does not listen any more."));
        var outcome = await stream.RunAsync(accepting, arrival.Gone).ConfigureAwait(false);
        if (!isAccepted) return;
        await CloseAsync(arrival, user, outcome, unanswered.IsSpared).ConfigureAwait(false);
        user.Dispose(); // before the report: the caller has the last descriptor then, and closes it
        await arrival.EndAsync(outcome.Word, stream.BytesFromUser, stream.BytesToUser).ConfigureAwait(false);
    }

    /// <summary>Null when the caller was told why not.</summary>
    private async ValueTask<IReceivedStream?> TryOpenAsync(HandOverArrival arrival, UnansweredUser user)
    {
        var opened = await reception.OpenAsync(arrival.Open, user, arrival.Gone).ConfigureAwait(false);
        if (!opened.IsTaken) await arrival.RefuseAsync(RelayStatus.ToRefusal(opened.Refusal), opened.Word).ConfigureAwait(false);
        return opened.Stream;
    }

    private async ValueTask CloseAsync(HandOverArrival arrival, HandedOverUser user, StreamOutcome outcome, bool isSpared)
    {
        if (arrival.Pair is not null)
        {
            if (!outcome.IsOrderly) user.Abort(); // what the user is told is the caller's affair, and nobody who still sends loses anything by a close
        }
        else if (outcome.IsOrderly)
        {
            arrival.MarkOrderly();
            await LingeringClose.DrainAsync(user, reception.LingerLimit, long.MaxValue, time, _stopping.Token).ConfigureAwait(false);
        }
        else if (isSpared && !outcome.IsUserReset && arrival.LastWords.Length > 0)
        {
            await LingeringClose.RunAsync(user, arrival.LastWords, time, _stopping.Token).ConfigureAwait(false);
            arrival.MarkOrderly();
        }
        else if (isSpared && outcome.IsDialFailed)
        {
            arrival.MarkOrderly();
        }
        else
        {
            user.Abort();
        }
    }
}
