using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Client.Cli.Checking;

/// <summary>
/// Whether a public address leads to an edge of this hub: a name that is nobody's is claimed for a moment and asked for at that address,
/// and the connection comes here or it does not. Nothing is guessed from addresses, and the users of real names notice nothing.
/// </summary>
internal sealed class PassageProbe : IAsyncDisposable
{
    private const int Attempts = 10; // the edges hear of the name a moment later than we
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_sessionPatience = TimeSpan.FromSeconds(12); // an original hub says nothing, and is believed after 10 s
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);

    private readonly string _name = $"check-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.nexus.invalid";
    private readonly NexusClient _client;
    private int _arrivals;

    /// <exception cref="NexusTokenException">The secret's file cannot be read, or is empty.</exception>
    private PassageProbe(NexusBackendOptions backend)
    {
        var options = new NexusBackendOptions
        {
            Name = backend.Name,
            Hostnames = [_name],
            NexusAddresses = [.. backend.NexusAddresses],
            Attestation = backend.Attestation,
            Transport = new() { ServerCertificateAuthorities = backend.Transport.ServerCertificateAuthorities, DrainTimeout = TimeSpan.Zero },
        };
        _client = new(options, new() { ConnectHandlers = [Arrive] });
    }

    /// <returns>Null when the hub does not take the name, so that nothing can be said this way.</returns>
    public static async Task<PassageProbe?> TryStartAsync(NexusBackendOptions backend, CancellationToken stop)
    {
        PassageProbe? probe = null;
        try
        {
            probe = new(backend);
            await probe._client.StartAsync(stop);
            await probe._client.WaitUntilConnectedAsync(stop).WaitAsync(s_sessionPatience, stop);
            return probe;
        }
        catch (Exception ex) when (ex is TimeoutException or NexusTokenException)
        {
            if (probe is not null) await probe.DisposeAsync();
            return null;
        }
    }

    /// <summary>Whether who connects there, and asks for a name of this hub, comes to this hub.</summary>
    public async Task<bool> ReachesAsync(IPEndPoint endPoint, bool isTls, CancellationToken stop)
    {
        using var pause = new PeriodicTimer(s_pause);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (attempt > 0) await pause.WaitForNextTickAsync(stop);
            var before = Volatile.Read(ref _arrivals);
            await AskAsync(endPoint, isTls, stop);
            if (Volatile.Read(ref _arrivals) > before) return true;
        }

        return false;
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private ValueTask<NexusConnectResult> Arrive(NexusConnectRequest request, CancellationToken _)
    {
        Interlocked.Increment(ref _arrivals);
        return ValueTask.FromResult(NexusConnectResult.Reject("A check: it has come where it should."));
    }

    /// <summary>Returns when the other side has ended it, at the latest after the limit: if it came here, it was counted before.</summary>
    private async Task AskAsync(IPEndPoint endPoint, bool isTls, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(s_patience);
        var (socket, _) = await PublicPort.ConnectAsync(endPoint, s_patience, stop);
        if (socket is null) return;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (isTls) await GreetAsync(stream, limit.Token);
            else await RequestAsync(stream, limit.Token);
        }
        catch (Exception ex) when (ex is IOException or AuthenticationException or SocketException || (ex is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // How it ends tells nothing: only whether it came here does.
        }
    }

    private async Task GreetAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = _name }, cancellationToken);
    }

    private async Task RequestAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {_name}\r\nConnection: close\r\n\r\n"), cancellationToken);
        _ = await stream.ReadAsync(new byte[1], cancellationToken);
    }
}
