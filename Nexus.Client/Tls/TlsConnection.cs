using System.IO.Pipelines;
using System.Net.Security;
using Nexus.Client.InProcess;
using Nexus.Client.Streams;
using Nexus.Protocol.Channels;

namespace Nexus.Client.Tls;

/// <summary>A user whose TLS ends in this client.</summary>
internal sealed class TlsConnection(TlsTermination termination, NexusConnectRequest request, IServerCertificates certificates, TargetDial dial)
{
    private static readonly TimeSpan s_handshakeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_dialLimit = TimeSpan.FromSeconds(10);

    public async Task<StreamEnd?> ServeAsync(UserSide user)
    {
        var hello = await BeginAsync(user).ConfigureAwait(false);
        if (hello.Failure is { } failure) return Refuse(failure);
        if (hello.AsksForProof) return await ProveAsync(user).ConfigureAwait(false);
        if (certificates.Find(request.Hostname) is not { } certificate)
        {
            termination.NoCertificate(request.StreamId);
            await SendAsync(user, TlsAlert.UnrecognizedName).ConfigureAwait(false);
            return StreamEnd.TlsFailed;
        }

        return await ServeAsync(user, certificate, hello.OffersHttp).ConfigureAwait(false);
    }

    private async Task<UserHello> BeginAsync(UserSide user)
    {
        using var limit = new CancellationTokenSource(s_handshakeLimit, termination.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, user.Aborted);
        try
        {
            return await UserHello.ReadAsync(user.Input, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !user.Aborted.IsCancellationRequested)
        {
            return new(TlsFailure.TooLate);
        }
    }

    /// <summary>Shows the certificate of the proof, and nothing more (RFC 8737 §3).</summary>
    private async Task<StreamEnd?> ProveAsync(UserSide user)
    {
        if (termination.Board.FindTls(request.Hostname) is not { } proof)
        {
            await SendAsync(user, TlsAlert.NoApplicationProtocol).ConfigureAwait(false);
            return Refuse(TlsFailure.NoProof);
        }

        using var tls = new SslStream(user.Stream, leaveInnerStreamOpen: true);
        if (await ShakeHandsAsync(tls, proof.WithProtocol, user).ConfigureAwait(false) is { } failed) return failed;
        await tls.ShutdownAsync().ConfigureAwait(false);
        TlsLog.ProofGiven(termination.Logger, request.StreamId, "tls-alpn-01");
        return StreamEnd.Completed;
    }

    private async Task<StreamEnd?> ServeAsync(UserSide user, ServerCertificate certificate, bool speaksHttp)
    {
        using var limit = new CancellationTokenSource(s_dialLimit, termination.Time);
        using var stopDialing = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, user.Aborted);
        using var tls = new SslStream(user.Stream, leaveInnerStreamOpen: true);
        var dialing = dial(speaksHttp ? SslApplicationProtocol.Http11.Protocol : default, stopDialing.Token);
        var failed = await ShakeHandsAsync(tls, speaksHttp ? certificate.WithProtocol : certificate.Plain, user).ConfigureAwait(false);
        if (failed is not null) await stopDialing.CancelAsync().ConfigureAwait(false);
        if (await dialing.ConfigureAwait(false) is not { } target)
        {
            if (failed is null) await EndWithoutTargetAsync(tls, user, speaksHttp).ConfigureAwait(false);
            return failed ?? StreamEnd.DialFailed;
        }

        await using (target.ConfigureAwait(false))
        {
            if (failed is null) return await RelayAsync(tls, user, target).ConfigureAwait(false);
            target.Abort();
            return failed;
        }
    }

    private async Task<StreamEnd?> RelayAsync(SslStream tls, UserSide user, IByteChannel target)
    {
        var relay = new TargetRelay(user, tls, () => EndAsync(tls, user), target);
        try
        {
            var end = await relay.RunAsync().ConfigureAwait(false);
            if (end == StreamEnd.TlsFailed) Refuse(TlsFailure.Broken);
            return end;
        }
        finally
        {
            // The target must see that it did not get everything.
            if (!relay.IsDelivered) target.Abort();
        }
    }

    /// <returns>Null when it is done.</returns>
    private async Task<StreamEnd?> ShakeHandsAsync(SslStream tls, SslServerAuthenticationOptions options, UserSide user)
    {
        if (!termination.TryBeginHandshake())
        {
            await SendAsync(user, TlsAlert.InternalError).ConfigureAwait(false);
            return Refuse(TlsFailure.TooMany);
        }

        using var limit = new CancellationTokenSource(s_handshakeLimit, termination.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, user.Aborted);
        try
        {
            await tls.AuthenticateAsServerAsync(options, both.Token).ConfigureAwait(false);
            return null;
        }
        catch (IOException ex)
        {
            return Refuse(TlsFailure.UserLeft, ex.Message);
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            return user.Aborted.IsCancellationRequested ? StreamEnd.LocalFailed : Refuse(TlsFailure.TooLate);
        }
        catch (Exception ex) // an AuthenticationException, or whatever the runtime's parser throws at a stranger's bytes (an empty hello: IndexOutOfRangeException)
        {
            return Refuse(TlsFailure.HandshakeFailed, ex.InnerException?.Message ?? ex.Message);
        }
        finally
        {
            termination.EndHandshake();
        }
    }

    /// <summary>Users of HTTP are told in their words; others see that the connection ends before anything was said.</summary>
    private static async Task EndWithoutTargetAsync(SslStream tls, UserSide user, bool speaksHttp)
    {
        try
        {
            if (speaksHttp) await tls.WriteAsync(HttpAnswers.BadGateway, user.Aborted).ConfigureAwait(false);
            await tls.ShutdownAsync().ConfigureAwait(false); // the rest of the end is the channel's, behind the reason for it
        }
        catch (IOException)
        {
            // The user has left.
        }
    }

    private static async Task EndAsync(SslStream tls, UserSide user)
    {
        // A user that has left takes no goodbye, for which there may be no room.
        using var registration = user.Left.UnsafeRegister(static state => ((PipeWriter?)state)?.CancelPendingFlush(), user.Output);
        await tls.ShutdownAsync().ConfigureAwait(false);
        await user.Output.CompleteAsync().ConfigureAwait(false);
    }

    private static async Task SendAsync(UserSide user, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await user.Stream.WriteAsync(bytes, user.Aborted).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The user has left.
        }
    }

    private StreamEnd Refuse(TlsFailure failure, string detail = "")
    {
        TlsLog.Failed(termination.Logger, request.StreamId, failure, detail);
        return StreamEnd.TlsFailed;
    }
}
