using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Nexus.Acme.Challenges;

namespace Nexus.Acme.Tests.Pebble;

/// <summary>Serves proofs on two loopback ports, and counts who asks.</summary>
internal sealed class LoopbackResponder : IChallengeResponder, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ChallengeAnswer> _http = new();
    private readonly ConcurrentDictionary<string, X509Certificate2> _tls = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private readonly List<Socket> _listeners = [];
    private int _httpRequests;
    private int _handshakes;

    public LoopbackResponder(int httpPort, int tlsPort, params ChallengeKind[] kinds)
    {
        Kinds = kinds;
        _loops.Add(AcceptAsync(Listen(httpPort), AnswerHttpAsync));
        _loops.Add(AcceptAsync(Listen(tlsPort), AnswerTlsAsync));
    }

    public IReadOnlyList<ChallengeKind> Kinds { get; set; }

    /// <summary>Does as if it served, but does not.</summary>
    public bool IsMute { get; set; }

    /// <summary>As a machine behind something that ends TLS.</summary>
    public bool ShowsNoCertificates { get; set; }

    public int HttpRequests => _httpRequests;

    public int Handshakes => _handshakes;

    public int Published => _http.Count + _tls.Count;

    public Task PublishAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        if (IsMute) return Task.CompletedTask;
        if (answer.Kind == ChallengeKind.Http01) _http[answer.Path] = answer;
        else if (!ShowsNoCertificates) _tls[answer.ServerName] = answer.CreateCertificate();
        return Task.CompletedTask;
    }

    public Task WithdrawAsync(ChallengeAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Kind == ChallengeKind.Http01) _http.TryRemove(answer.Path, out _);
        else _tls.TryRemove(answer.ServerName, out _);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var listener in _listeners) listener.Dispose();
        await Task.WhenAll(_loops).BoundedAsync();
        _stop.Dispose();
    }

    private Socket Listen(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        _listeners.Add(listener);
        return listener;
    }

    private async Task AcceptAsync(Socket listener, Func<NetworkStream, Task> answer)
    {
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptAsync(_stop.Token);
                await TryAnswerAsync(socket, answer);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the test.
        }
    }

    private static async Task TryAnswerAsync(Socket socket, Func<NetworkStream, Task> answer)
    {
        try
        {
            await using var stream = new NetworkStream(socket);
            await answer(stream).WaitAsync(TestTimeouts.Default);
        }
        catch (Exception ex) when (ex is IOException or System.Security.Authentication.AuthenticationException)
        {
            // A probe that went away.
        }
    }

    private async Task AnswerHttpAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var path = (await reader.ReadLineAsync(_stop.Token))?.Split(' ').ElementAtOrDefault(1) ?? "";
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
        {
        }

        Interlocked.Increment(ref _httpRequests);
        var (status, body) = _http.TryGetValue(path, out var answer) ? ("200 OK", answer.KeyAuthorization) : ("404 Not Found", "none");
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), _stop.Token);
        // Until the other side has read it all.
        await reader.ReadToEndAsync(_stop.Token);
    }

    private async Task AnswerTlsAsync(NetworkStream stream)
    {
        await using var tls = new SslStream(stream);
        Interlocked.Increment(ref _handshakes);
        await tls.AuthenticateAsServerAsync((_, hello, _, _) => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificate = _tls.TryGetValue(hello.ServerName, out var certificate) ? certificate : throw new IOException("No such name."),
            ApplicationProtocols = [new SslApplicationProtocol(ChallengeAnswer.AlpnProtocol)],
        }), null, _stop.Token);
        await tls.CopyToAsync(Stream.Null, _stop.Token);
    }
}
