using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;

namespace Nexus.Client.Sessions;

/// <summary>A look at one hub: dials, shows the first token, hears the challenge, which only a good token gets, and leaves. Nothing is claimed.</summary>
internal sealed class HubProbe(Uri address, HubDialer dialer, TokenSource tokens, TimeProvider time)
{
    private const int MaxMessageSize = 64 * 1024;
    private const int GoingAway = 1001;

    /// <summary>Never throws for what may happen at the hub.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<NexusProbeResult> RunAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var token = await tokens.GetAsync(NexusTokenStage.Handshake, null, cancellationToken).ConfigureAwait(false);
            started = time.GetTimestamp();
            await ShowAsync(token, cancellationToken).ConfigureAwait(false);
            return new() { Address = address, Duration = time.GetElapsedTime(started) };
        }
        catch (ConnectFailedException ex)
        {
            return Failed(ex.Error, ex.Message, started);
        }
        catch (NexusTokenException ex)
        {
            return Failed(NexusConnectError.TokenUnavailable, ex.Message, started);
        }
    }

    private async Task ShowAsync(byte[] token, CancellationToken cancellationToken)
    {
        var connection = await dialer.DialAsync(cancellationToken).ConfigureAwait(false);
        using var ended = new CancellationTokenSource();
        using var messages = new WebSocketMessageReader(connection.Stream, WebSocketRole.Client, MaxMessageSize, connection.Received);
        var writer = new SessionWriter(connection.Stream, new() { Role = WebSocketRole.Client, Holding = connection.Line }, time);
        var writing = writer.RunAsync(ended.Token);
        try
        {
            await new HubHandshake(new SessionReader(messages, writer, time), writer, tokens, time).AskAsync(token, cancellationToken).ConfigureAwait(false);
            writer.Close(GoingAway);
            await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
            await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private NexusProbeResult Failed(NexusConnectError error, string text, long started) =>
        new() { Address = address, Error = error, ErrorText = text, Duration = time.GetElapsedTime(started) };
}
