using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Nexus.Client.InProcess;
using Nexus.Client.Streams;

namespace Nexus.Client.Tls;

/// <summary>
/// A user without TLS while the proof of its host name by HTTP is under way: an authority that asks for it is answered, everybody else goes
/// on to the target with every byte.
/// </summary>
internal sealed class HttpProofConnection(TlsTermination termination, NexusConnectRequest request, TargetDial dial)
{
    private const int MaxHead = 8 * 1024;
    private const int MaxToken = 512;
    private static readonly TimeSpan s_headLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_dialLimit = TimeSpan.FromSeconds(10);

    private static ReadOnlySpan<byte> Question => "GET /.well-known/acme-challenge/"u8;

    public async Task<StreamEnd?> ServeAsync(UserSide user)
    {
        var (token, taken) = await ReadTokenAsync(user).ConfigureAwait(false);
        if (token is not null && termination.Board.FindHttp(request.Hostname, token) is { } answer)
        {
            await user.Stream.WriteAsync(HttpAnswers.Proof(answer), user.Aborted).ConfigureAwait(false);
            TlsLog.ProofGiven(termination.Logger, request.StreamId, "http-01");
            return StreamEnd.Completed;
        }

        using var limit = new CancellationTokenSource(s_dialLimit, termination.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, user.Aborted);
        if (await dial(default, both.Token).ConfigureAwait(false) is not { } target) return StreamEnd.DialFailed;
        await using (target.ConfigureAwait(false))
        {
            var relay = new TargetRelay(user, user.Stream, () => user.Output.CompleteAsync().AsTask(), target);
            try
            {
                if (taken.Length > 0) await target.WriteAsync(taken, user.Aborted).ConfigureAwait(false);
                return await relay.RunAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                return StreamEnd.LocalFailed; // it took not even the first bytes
            }
            finally
            {
                if (!relay.IsDelivered) target.Abort();
            }
        }
    }

    /// <summary>
    /// The token that is asked for; null as soon as it is certain that none is, or nobody asks in time. Nothing is taken from the input, but
    /// what came before the time was over: a pipe gives what was looked at without success to the next reader only when more comes.
    /// </summary>
    private async Task<(string? Token, byte[] Taken)> ReadTokenAsync(UserSide user)
    {
        using var limit = new CancellationTokenSource(s_headLimit, termination.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, user.Aborted);
        using var registration = both.Token.UnsafeRegister(static state => ((PipeReader?)state)?.CancelPendingRead(), user.Input);
        while (true)
        {
            var read = await user.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            var isDecided = TryParse(read.Buffer, out var token) || read.IsCompleted || read.Buffer.Length >= MaxHead;
            var taken = read.IsCanceled && !isDecided ? read.Buffer.ToArray() : [];
            if (isDecided) user.Input.AdvanceTo(read.Buffer.Start);
            else user.Input.AdvanceTo(read.IsCanceled ? read.Buffer.End : read.Buffer.Start, read.Buffer.End);
            if (isDecided || read.IsCanceled) return (token, taken);
        }
    }

    /// <returns>False when more is needed: the head is answered when it is there as a whole.</returns>
    private static bool TryParse(ReadOnlySequence<byte> bytes, out string? token)
    {
        token = null;
        var head = bytes.Slice(0, Math.Min(bytes.Length, MaxHead)).ToArray().AsSpan();
        var common = Math.Min(head.Length, Question.Length);
        if (!head[..common].SequenceEqual(Question[..common])) return true;
        if (head.IndexOf("\r\n\r\n"u8) < 0) return false;
        var rest = head[Question.Length..];
        var end = rest.IndexOf((byte)' ');
        if (end is > 0 and <= MaxToken) token = Encoding.ASCII.GetString(rest[..end]);
        return true;
    }
}
