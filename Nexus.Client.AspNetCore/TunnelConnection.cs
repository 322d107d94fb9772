using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Nexus.Client.InProcess;
using Nexus.Protocol.Channels;

namespace Nexus.Client.AspNetCore;

/// <summary>One user's connection as Kestrel sees it: two pipes, of which the session moves the other ends.</summary>
/// <remarks>
/// Kestrel does not complete its pipes when it is done, it disposes this; that ends the user's connection in order, after
/// everything written. The session ends it by disposing <see cref="UserSide"/>.
/// </remarks>
internal sealed class TunnelConnection : DefaultConnectionContext, INexusConnectionFeature
{
    /// <summary>Bytes that one side may be ahead of the other. Kestrel's own sockets have a megabyte; here frames wait in the session too.</summary>
    private const int Room = 64 * 1024;

    private readonly CancellationTokenSource _closed = new();
    private readonly DuplexPipe _transport;

    private TunnelConnection(NexusConnectRequest request, NexusTunnelEndPoint local, DuplexPipe transport, DuplexPipe user)
        : base(request.StreamId.ToString(), transport, user)
    {
        _transport = transport;
        Request = request;
        LocalEndPoint = local;
        RemoteEndPoint = request.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        Features.Set<INexusConnectionFeature>(this);
        UserSide = new OwningChannel(new PipeChannel(user), new Closing(_closed));
    }

    public NexusConnectRequest Request { get; }

    /// <summary>What the session reads from and writes to; it disposes it when the user is gone or served.</summary>
    public IByteChannel UserSide { get; }

    public static TunnelConnection Create(NexusConnectRequest request, NexusTunnelEndPoint local)
    {
        // Continuations run on the pool: neither side may run in the other's turn.
        var options = new PipeOptions(pauseWriterThreshold: Room, resumeWriterThreshold: Room / 2, useSynchronizationContext: false);
        var (fromUser, toUser) = (new Pipe(options), new Pipe(options));
        return new(request, local, new(fromUser.Reader, toUser.Writer), new(toUser.Reader, fromUser.Writer));
    }

    public override void Abort(ConnectionAbortedException abortReason) => UserSide.Abort();

    public override async ValueTask DisposeAsync()
    {
        await _transport.Input.CompleteAsync().ConfigureAwait(false);
        await _transport.Output.CompleteAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    // Holds no timer and no handle, so there is nothing to dispose of.
    private sealed class Closing(CancellationTokenSource closed) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => new(closed.CancelAsync());
    }
}
