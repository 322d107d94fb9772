using Microsoft.Extensions.Logging;
using Nexus.Client.InProcess;
using Nexus.Client.Sessions;
using Nexus.Protocol.Channels;

namespace Nexus.Client.Tls;

/// <summary>Opens the target of a user whose bytes are known to be wanted: with the user's application protocol, null when it cannot be reached, which is told then.</summary>
internal delegate Task<IByteChannel?> TargetDial(ReadOnlyMemory<byte> applicationProtocol, CancellationToken cancellationToken);

/// <summary>What this client does for users itself: it ends their TLS, and proves host names to authorities.</summary>
internal sealed class TlsTermination(ChallengeBoard board, ILogger logger, TimeProvider time)
{
    /// <summary>Handshakes under way at the same time; each holds some 50 KiB, for 10 s at most.</summary>
    private const int MaxHandshakes = 2_048;

    private readonly SeldomWarning _noCertificate = new(time);
    private int _handshakes;

    public ChallengeBoard Board => board;

    public ILogger Logger => logger;

    public TimeProvider Time => time;

    /// <summary>The user's TLS ends here.</summary>
    public IByteChannel EndTls(NexusConnectRequest request, IServerCertificates certificates, TargetDial dial) =>
        ServedChannel.Start(user => new TlsConnection(this, request, certificates, dial).ServeAsync(user), request.StreamId, logger, time);

    /// <summary>Whether an authority may be among the users without TLS that ask for the name.</summary>
    public bool AwaitsHttp(NexusConnectRequest request) => request is { IsTls: false, Transport: NexusTransport.Tcp } && board.AwaitsHttp(request.Hostname);

    /// <summary>The user without TLS may be an authority; all others go to the target.</summary>
    public IByteChannel ProveHttp(NexusConnectRequest request, TargetDial dial) =>
        ServedChannel.Start(user => new HttpProofConnection(this, request, dial).ServeAsync(user), request.StreamId, logger, time);

    public bool TryBeginHandshake()
    {
        if (Interlocked.Increment(ref _handshakes) <= MaxHandshakes) return true;
        EndHandshake();
        return false;
    }

    public void EndHandshake() => Interlocked.Decrement(ref _handshakes);

    public void NoCertificate(Guid streamId) => TlsLog.NoCertificate(logger, _noCertificate, streamId);
}
