using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// A user's connection that survives the relay's abort until something was sent to the user: so that it can be told why nothing
/// comes. From the first byte, or end, of the backend on it is the connection itself.
/// </summary>
/// <param name="user">Stays its owner's.</param>
public sealed class UnansweredUser(IByteChannel user) : IByteChannel
{
    private const int Unanswered = 0;
    private const int Answered = 1;
    private const int Broken = 2;

    private CancellationTokenSource? _waiting; // of the wait that the abort must end; whoever takes it out disposes it
    private int _state;

    /// <summary>Whether the relay has broken it before anything was sent; nothing will be.</summary>
    public bool IsSpared => Volatile.Read(ref _state) == Broken;

    /// <inheritdoc />
    public bool WaitsPromptly => user.WaitsPromptly;

    /// <inheritdoc />
    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _state) == Answered ? user.WaitToReadAsync(cancellationToken) : WaitBreakablyAsync(cancellationToken);

    /// <inheritdoc />
    public ChannelRead TryRead(Span<byte> buffer) => IsSpared ? ChannelRead.Reset : user.TryRead(buffer);

    /// <inheritdoc />
    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        NoteAnswer();
        return user.TryWrite(bytes);
    }

    /// <inheritdoc />
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        NoteAnswer();
        return user.WriteAsync(bytes, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        NoteAnswer();
        return user.CompleteWritesAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Abort()
    {
        switch (Interlocked.CompareExchange(ref _state, Broken, Unanswered))
        {
            case Unanswered:
                BreakWait();
                break;
            case Answered:
                user.Abort();
                break;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void NoteAnswer()
    {
        if (Volatile.Read(ref _state) == Answered) return;
        if (Interlocked.CompareExchange(ref _state, Answered, Unanswered) == Broken) throw new IOException("The relay is over.");
    }

    private void BreakWait()
    {
        if (Interlocked.Exchange(ref _waiting, null) is not { } waiting) return;
        waiting.Cancel();
        waiting.Dispose();
    }

    /// <summary>The abort must end a wait that it finds: it shows itself first, and then looks whether the abort was there.</summary>
    private async ValueTask WaitBreakablyAsync(CancellationToken cancellationToken)
    {
        var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = waiting.Token;
        Interlocked.Exchange(ref _waiting, waiting);
        try
        {
            if (!IsSpared) await user.WaitToReadAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (IsSpared)
        {
            // The next read says so.
        }
        finally
        {
            if (Interlocked.Exchange(ref _waiting, null) == waiting) waiting.Dispose();
        }
    }
}
