using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>
/// Hands users' sockets over to targets on the same host, one connection to each target process. What cannot be handed over goes
/// by gRPC (<see cref="GrpcCarrier"/>).
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class HandOverCarrier(HandOverCarrierOptions options, TimeProvider time) : IAsyncDisposable
{
    // Targets come from outside and are short of nothing; at this many, those without a connection are forgotten.
    private const int MaxLinks = 1024;

    private readonly ConcurrentDictionary<(string Path, string TargetId, bool IsForPairs), HandOverLink> _links = new();
    private volatile bool _isLeaving;

    /// <summary>Offers a socket to a target, which must have been accepted or connected and not be in use by any pending operation.</summary>
    /// <param name="path">Where the target listens.</param>
    /// <param name="targetId">Which process must be there.</param>
    /// <param name="request">What goes with it.</param>
    /// <param name="user">
    /// When it was taken it is closed here, and the connection goes on at the target; else it is untouched.
    /// </param>
    /// <param name="cancellationToken">Gives up opening; it does not end the stream afterwards.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired, and the socket is still the caller's.</exception>
    public async ValueTask<HandOverResult> TryOpenAsync(string path, string targetId, HandOverRequest request, Socket user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        var result = await OfferAsync(path, targetId, request, user, cancellationToken).ConfigureAwait(false);
        if (!result.IsAccepted) return result;
        EpollInstances.Forget(user.SafeHandle); // whoever has used it
        user.Dispose();
        return result;
    }

    /// <summary>The same for a user's channel, through which alone its socket was ever used: the channel knows who watches it.</summary>
    /// <inheritdoc cref="TryOpenAsync(string, string, HandOverRequest, Socket, CancellationToken)"/>
    public async ValueTask<HandOverResult> TryOpenAsync(string path, string targetId, HandOverRequest request, SocketChannel user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        var result = await OfferAsync(path, targetId, request, user.Socket, cancellationToken).ConfigureAwait(false);
        if (!result.IsAccepted) return result;
        if (SocketChannel.WaitsInRuntime) EpollInstances.Forget(user.Socket.SafeHandle);
        user.Dispose();
        return result;
    }

    /// <summary>
    /// Opens a stream for a user whose connection the caller keeps, because it is no socket or is to be worked on. The target gets one end
    /// of a pair of connected sockets, the other is the channel.
    /// </summary>
    /// <param name="path">Where the target listens.</param>
    /// <param name="targetId">Which process must be there.</param>
    /// <param name="open">What the target must know of the user.</param>
    /// <param name="prelude">The stream's first bytes; at most <see cref="HandOverLimits.MaxPrelude"/>. They are sent as <see cref="GrpcCarrier"/> does it.</param>
    /// <param name="cancellationToken">Gives up opening; it does not end the stream afterwards.</param>
    /// <returns>A <see cref="SocketPairChannel"/>, or the target's refusal; null when it could not even be offered: the same target is reached by gRPC.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async ValueTask<OpenStreamResult?> TryOpenStreamAsync(string path, string targetId, OpenStream open, ReadOnlyMemory<byte> prelude, CancellationToken cancellationToken)
    {
        if (await ConnectAsync(path, targetId, prelude, isForPairs: true, cancellationToken).ConfigureAwait(false) is not { } connection) return null;
        return await connection.OpenStreamAsync(open, prelude, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The caller is about to stop: users' sockets are left to their targets, and end here at once; so do those that are accepted from
    /// now on. Streams go on, because their bytes go through the caller.
    /// </summary>
    public void Leave()
    {
        _isLeaving = true;
        foreach (var link in _links.Values) link.Leave();
    }

    /// <summary>Ends the connections to the targets, which go on serving what they have.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links.Values) await link.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Whether it was taken; it is open here still.</summary>
    private async ValueTask<HandOverResult> OfferAsync(string path, string targetId, HandOverRequest request, Socket user, CancellationToken cancellationToken) =>
        await ConnectAsync(path, targetId, request.Prelude, isForPairs: false, cancellationToken).ConfigureAwait(false) is { } connection
            ? await connection.OpenAsync(request, user, cancellationToken).ConfigureAwait(false)
            : HandOverResult.NotPossible;

    private async ValueTask<HandOverConnection?> ConnectAsync(string path, string targetId, ReadOnlyMemory<byte> prelude, bool isForPairs, CancellationToken cancellationToken)
    {
        if (path.Length is 0 or > HandOverLimits.MaxPath || targetId.Length == 0 || prelude.Length > HandOverLimits.MaxPrelude) return null;
        return await FindLink((path, targetId, isForPairs)).ConnectAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Streams have a connection of their own: an offer of a socket that is withdrawn ends the connection, and streams end with theirs.</summary>
    private HandOverLink FindLink((string Path, string TargetId, bool IsForPairs) wanted)
    {
        if (_links.Count >= MaxLinks)
        {
            foreach (var (key, link) in _links)
            {
                if (link.IsIdle) _links.TryRemove(key, out _);
            }
        }

        var found = _links.GetOrAdd(wanted, static (key, carrier) => new HandOverLink(key.Path, key.TargetId, carrier.Options, carrier.Time), (Options: options, Time: time));
        if (_isLeaving) found.Leave();
        return found;
    }
}
