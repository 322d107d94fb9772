using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.Client.Cli.Checking;

/// <summary>What users of a name see of its certificate, and why there is none.</summary>
internal static class CertificateCheck
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <param name="host">The name.</param>
    /// <param name="endPoint">Where the name leads.</param>
    /// <param name="kept">What this machine keeps about the name's certificate; null when it does not get one by itself.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<Finding> RunAsync(string host, IPEndPoint endPoint, NexusCertificateInfo? kept, CancellationToken stop)
    {
        var (socket, error) = await PublicPort.ConnectAsync(endPoint, s_patience, stop);
        if (socket is null) return Finding.Note($"The certificate of {host} cannot be seen ({error}).");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(s_patience);
        Finding? seen = null;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true, (_, certificate, _, errors) =>
        {
            seen = Judge(host, certificate as X509Certificate2, errors);
            return errors == SslPolicyErrors.None;
        });
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, limit.Token);
        }
        catch (Exception ex) when (ex is IOException or AuthenticationException or SocketException || (ex is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // What was seen before it ended counts.
        }

        return seen ?? Explain(host, kept);
    }

    private static Finding Judge(string host, X509Certificate2? certificate, SslPolicyErrors errors)
    {
        if (certificate is null) return Finding.Problem($"{host} shows no certificate.", "Look at the log of the service that ends its TLS.");
        var end = certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        if (DateTime.UtcNow > certificate.NotAfter.ToUniversalTime()) return Finding.Problem($"The certificate of {host} ran out on {end} UTC.", "Look why it was not renewed: with \"nexus http\" running, the reason stands in its output.");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return Finding.Problem($"{host} shows a certificate for another name ({certificate.Subject}).", "Whoever ends its TLS needs one for this name; \"nexus http\" without --passthrough gets it by itself.");
        return errors == SslPolicyErrors.None
            ? Finding.Ok($"The certificate of {host} is good until {end} UTC.")
            : Finding.Note($"The certificate of {host} is good until {end} UTC, of an authority that this machine does not trust ({certificate.Issuer}).", "Right for an authority of your own; users need its root.");
    }

    private static Finding Explain(string host, NexusCertificateInfo? kept) => kept switch
    {
        { State: NexusCertificateState.Failed, Problem: { } problem } => Finding.Problem($"The certificate of {host} is pending: the last attempt failed. {problem}", "It is tried again by itself while \"nexus http\" or \"nexus run\" runs."),
        { State: NexusCertificateState.Present } => Finding.Problem($"The certificate of {host} is on this machine, but nobody serves the name at this moment.", "Start \"nexus http\" or \"nexus run\"."),
        not null => Finding.Problem($"The certificate of {host} is pending: there is none yet, and nobody serves the name at this moment.", "Start \"nexus http\" or \"nexus run\"; it is obtained within seconds."),
        null => Finding.Problem($"Nobody serves {host} at this moment: the connection is ended without an answer.", "Start \"nexus http\" or \"nexus run\", and look whether the service behind it ends TLS."),
    };
}
