using System.IO.Pipelines;

namespace Nexus.Client.InProcess;

/// <summary>A user's connection as who serves it in this process sees it.</summary>
/// <param name="pipes">Between the session and who serves.</param>
/// <param name="left">Fires when the user is gone: what it has sent is still there to be read, and nothing reaches it any more.</param>
/// <param name="aborted">Fires when nothing is to be delivered any more.</param>
internal sealed class UserSide(InProcessPipes pipes, CancellationToken left, CancellationToken aborted)
{
    public Stream Stream { get; } = pipes.CreateStream();

    /// <summary>The same bytes that <see cref="Stream"/> reads, to look at before.</summary>
    public PipeReader Input => pipes.ApplicationInput;

    /// <summary>Where <see cref="Stream"/> writes; completed at the end of that direction.</summary>
    public PipeWriter Output => pipes.ApplicationOutput;

    public CancellationToken Left => left;

    public CancellationToken Aborted => aborted;
}
