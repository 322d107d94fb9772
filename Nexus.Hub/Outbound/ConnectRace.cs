using System.Net;
using System.Net.Sockets;

namespace Nexus.Hub.Outbound;

/// <summary>
/// Connects to the first of several addresses that answers (RFC 8305 in short): both families in turn, the next address when
/// one has failed or has not answered for a moment, the others given up when one is there.
/// </summary>
internal sealed class ConnectRace(int port, TimeProvider time)
{
    private static readonly TimeSpan s_headStart = TimeSpan.FromMilliseconds(250);

    /// <summary>Null when none answers.</summary>
    public async Task<Socket?> RunAsync(IReadOnlyList<IPAddress> addresses, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new Queue<IPAddress>(Interleave(addresses));
        List<Task<Socket?>> attempts = [];
        Socket? winner = null;
        try
        {
            while (winner is null && (waiting.Count > 0 || attempts.Count > 0))
            {
                if (waiting.TryDequeue(out var next)) attempts.Add(ConnectAsync(next, stop.Token));
                winner = await FirstAsync(attempts, waiting.Count > 0 ? s_headStart : Timeout.InfiniteTimeSpan, cancellationToken);
            }

            return winner;
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var late in await Task.WhenAll(attempts)) late?.Dispose();
        }
    }

    /// <summary>Takes the attempts that have ended out of the list. Null when none has succeeded yet.</summary>
    private async Task<Socket?> FirstAsync(List<Task<Socket?>> attempts, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            var ended = await Task.WhenAny(attempts).WaitAsync(patience, time, cancellationToken);
            attempts.Remove(ended);
            return await ended;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Null for every failure, cancellation included: who runs the race knows whether it was cancelled.</summary>
    private async Task<Socket?> ConnectAsync(IPAddress address, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return socket;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket?.Dispose();
            return null;
        }
    }

    private static IEnumerable<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses)
    {
        var first = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).ToList();
        var second = addresses.Except(first).ToList();
        for (var i = 0; i < Math.Max(first.Count, second.Count); i++)
        {
            if (i < first.Count) yield return first[i];
            if (i < second.Count) yield return second[i];
        }
    }
}
