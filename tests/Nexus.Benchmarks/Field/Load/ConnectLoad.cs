using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Nexus.Benchmarks.Field.Service;

namespace Nexus.Benchmarks.Field.Load;

/// <summary>Clients that connect, ask once, hear the echo and close, over and over.</summary>
internal sealed class ConnectLoad(LoadPlan plan)
{
    private const int MessageSize = 64;
    private const int WarmUpShare = 10; // of the connections: until the code is compiled

    private readonly byte[] _request = [.. CommandFrame.After(CannedHello.For(plan.Name, plan.HelloBytes), ServiceCommand.Echo, 0), .. new byte[MessageSize]];
    private readonly LoadErrors _errors = new();
    private int _next;
    private int _good;

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        await RepeatAsync(plan.Count / WarmUpShare, cancellationToken);
        var (began, before) = (Stopwatch.GetTimestamp(), _good);
        await RepeatAsync(plan.Count, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new() { Seconds = seconds, PerSecond = (_good - before) / seconds, Count = _good, Failures = _errors.Count, Errors = _errors.First };
    }

    private async Task RepeatAsync(int count, CancellationToken cancellationToken)
    {
        var last = _next + count;
        await Task.WhenAll(Enumerable.Range(0, plan.Users).Select(_ => RepeatUntilAsync(last, cancellationToken)));
        _next = last;
    }

    private async Task RepeatUntilAsync(int last, CancellationToken cancellationToken)
    {
        while (Interlocked.Increment(ref _next) is var index && index <= last)
        {
            try
            {
                using var user = await LoadUser.ConnectAsync(plan, index, cancellationToken);
                var isGood = plan.Kind == LoadKind.ConnectTls ? await AskOverTlsAsync(user, cancellationToken) : await AskAsync(user, cancellationToken);
                if (isGood) Interlocked.Increment(ref _good);
                else _errors.Add($"Connection {index}: short answer.");
            }
            catch (Exception ex) when (ex is SocketException or IOException or AuthenticationException)
            {
                _errors.Add($"Connection {index}: {ex.Message}");
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                _errors.Add($"Connection {index}: not done in time.");
                return;
            }
        }
    }

    private async Task<bool> AskAsync(LoadUser user, CancellationToken cancellationToken)
    {
        await user.SendAsync(_request, cancellationToken);
        return await user.ReceiveAsync(new byte[MessageSize], cancellationToken) == MessageSize;
    }

    private async Task<bool> AskOverTlsAsync(LoadUser user, CancellationToken cancellationToken)
    {
        await using var tls = new SslStream(new NetworkStream(user.Socket));
        await tls.AuthenticateAsClientAsync(
            new()
            {
                TargetHost = plan.Name,
                AllowTlsResume = false,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null, // only what it costs matters here
            },
            cancellationToken);
        var buffer = new byte[MessageSize];
        await tls.WriteAsync(buffer, cancellationToken);
        return await tls.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken) == buffer.Length;
    }
}
