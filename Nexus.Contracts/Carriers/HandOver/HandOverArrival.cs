using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>
/// A user's socket that a caller offers to this target. Until <see cref="AcceptAsync"/> has succeeded it must not be read, written,
/// shut down or given options; the caller still has it.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class HandOverArrival
{
    private static readonly OpenStream s_forgotten = new() { ClientAddress = "", LocalPort = 0 };

    private readonly HandOverSocket _caller;
    private readonly ulong _id;
    private bool _isAnswered;

    internal HandOverArrival(HandOverSocket caller, ulong id, OpenStream open, byte[] prelude, byte[] lastWords, Socket user, SocketPairChannel? pair)
    {
        _caller = caller;
        _id = id;
        Open = open;
        Prelude = prelude;
        LastWords = lastWords;
        User = user;
        Pair = pair;
    }

    /// <summary>What the caller says of the user, until it is forgotten; the socket's own addresses may be a load balancer's.</summary>
    public OpenStream Open { get; private set; }

    /// <summary>The user's first bytes, which come before what the socket has.</summary>
    public ReadOnlyMemory<byte> Prelude { get; private set; }

    /// <summary>What to tell the user when the backend breaks before it has answered; empty for nothing.</summary>
    public ReadOnlyMemory<byte> LastWords { get; }

    /// <summary>The connection; whoever serves the arrival lets it go (<see cref="LetGo"/>).</summary>
    public Socket User { get; }

    /// <summary>
    /// Instead of the user's own connection, the caller's end of which goes on with it: what is written into the channel gets to the caller.
    /// Null for a user's socket.
    /// </summary>
    public SocketPairChannel? Pair { get; }

    /// <summary>Fires when a <see cref="Pair"/> has broken without having been read or written.</summary>
    public CancellationToken Gone => Pair?.Gone ?? CancellationToken.None;

    /// <summary>They were passed on; a long life needs no buffer.</summary>
    public void ForgetPrelude() => Prelude = default;

    /// <summary>A backend has it; a long life needs no more.</summary>
    public void ForgetOpen() => Open = s_forgotten;

    /// <summary>Takes the socket over. False when the caller does not listen any more: it has it still, and this target must only close its own.</summary>
    public async ValueTask<bool> AcceptAsync()
    {
        _isAnswered = true;
        if (await _caller.SendAsync(HandOverFormat.Accepted(_id), null, CancellationToken.None).ConfigureAwait(false) != HandOverSend.Sent) return false;
        // From now on the connection is this process's: should it die, its users must not take that for an orderly end.
        if (Pair is null) SuddenEnd.IsReset(User);
        return true;
    }

    /// <summary>Leaves the socket to the caller, who may try another target.</summary>
    public async ValueTask RefuseAsync(OpenRefusal refusal, string detail)
    {
        _isAnswered = true;
        Pair?.Break(); // the refusal says it
        LetGo();
        await _caller.SendAsync(HandOverFormat.Refused(_id, refusal, detail), null, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>After the last byte and the FIN: the end of this process, or a close, does the user no harm any more.</summary>
    public void MarkOrderly() => SuddenEnd.IsOrderly(User);

    /// <summary>Breaks the connection, for everybody who holds it.</summary>
    public void Reset()
    {
        if (Pair is { } pair)
        {
            pair.Abort();
            return;
        }

        try
        {
            EpollInstances.Forget(User.SafeHandle);
            LinuxSockets.Reset(User.SafeHandle);
        }
        catch (ObjectDisposedException)
        {
            // Let go already.
        }
    }

    /// <summary>Closes this target's descriptor; the caller may have one still. A <see cref="Pair"/> that got no FIN is broken. Idempotent.</summary>
    public void LetGo()
    {
        if (Pair is { } pair)
        {
            pair.EndByTarget();
            return;
        }

        if (User.SafeHandle.IsClosed) return;
        try
        {
            EpollInstances.Forget(User.SafeHandle);
        }
        catch (ObjectDisposedException)
        {
            // Let go already.
        }

        User.Dispose();
    }

    /// <summary>Whoever serves it cannot go on: the caller hears that it was refused, or has ended, whichever is left to say.</summary>
    /// <param name="word">As for <see cref="EndAsync"/>.</param>
    public async ValueTask FailAsync(string word)
    {
        if (!_isAnswered)
        {
            await RefuseAsync(OpenRefusal.Rejected, word).ConfigureAwait(false);
            return;
        }

        Reset();
        LetGo();
        await EndAsync(word, 0, 0).ConfigureAwait(false);
    }

    /// <summary>Reports the end, to whom it may still concern.</summary>
    /// <param name="word">A snake_case word of at most 64 letters.</param>
    /// <param name="bytesFromUser">The prelude included.</param>
    /// <param name="bytesToUser">From the backend.</param>
    public async ValueTask EndAsync(string word, long bytesFromUser, long bytesToUser)
    {
        await _caller.WhenPostedAsync().ConfigureAwait(false); // that it was broken must be known before that it has ended
        await _caller.SendAsync(HandOverFormat.Ended(_id, bytesFromUser, bytesToUser, word), null, CancellationToken.None).ConfigureAwait(false);
    }
}
