namespace Nexus.Contracts.Carriers;

/// <summary>A stream that was opened for a user, and lives as long as it runs.</summary>
public interface IReceivedStream
{
    /// <summary>Bytes that were taken from the user, its first ones included.</summary>
    long BytesFromUser { get; }

    /// <summary>Bytes that the user has got.</summary>
    long BytesToUser { get; }

    /// <summary>Carries bytes both ways until the stream has ended, and leaves nothing behind. Exactly once.</summary>
    /// <param name="accepting">Tells the user's side that it was taken; nothing is delivered before. When it fails, the user is gone.</param>
    /// <param name="userGone">Fires when the user's side is lost without having been read or written.</param>
    /// <returns>How it ended. The user's side was aborted unless that was orderly.</returns>
    Task<StreamOutcome> RunAsync(Task accepting, CancellationToken userGone);
}
