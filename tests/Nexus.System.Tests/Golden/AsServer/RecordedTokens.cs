using System.Text;
using Nexus.Client;
using Nexus.SystemTests.Golden.Recordings;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>In place of the recorded attestation command: the tokens that it gave, in order.</summary>
internal sealed class RecordedTokens(Recording recording) : INexusTokenProvider
{
    private readonly Queue<RecordedFrame> _tokens = new(recording.Events.Select(recorded => recorded.Frame).OfType<RecordedFrame>().Where(frame => frame.Token is not null));

    public ValueTask<NexusToken> GetTokenAsync(NexusTokenRequest request, CancellationToken cancellationToken)
    {
        lock (_tokens)
        {
            // A handshake token starts a connection; a command that failed has left none.
            if (request.Stage != NexusTokenStage.Handshake && _tokens.TryPeek(out var next) && next.Token?.Nonce is null) throw new NexusTokenException("The command exits with 1.");
            return _tokens.TryDequeue(out var frame) ? new(new NexusToken(Encoding.ASCII.GetString(frame.Message.Payload))) : throw new NexusTokenException("The recording has no more tokens.");
        }
    }
}
