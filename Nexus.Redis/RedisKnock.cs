using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Nexus.Redis;

/// <summary>
/// Finds out whether anybody listens. The client library waits its whole timeout for a server that refuses its first connection, so that a Redis that
/// is back in a second would be missed for five.
/// </summary>
internal static class RedisKnock
{
    private const int DefaultPort = 6379;

    /// <summary>Returns when one of the servers takes connections, or may do so: one that is silent is the library's affair.</summary>
    /// <exception cref="SocketException">All have refused.</exception>
    public static async Task KnockAsync(EndPointCollection servers, TimeSpan limit, TimeProvider time)
    {
        using var late = new CancellationTokenSource(limit, time);
        var attempts = servers.Select(server => OpenAsync(server, late.Token)).ToList();
        try
        {
            while (true)
            {
                var first = await Task.WhenAny(attempts);
                attempts.Remove(first);
                if (first.IsCompletedSuccessfully || late.IsCancellationRequested) return;
                if (attempts.Count == 0) await first;
            }
        }
        finally
        {
            await late.CancelAsync();
            await Task.WhenAll(attempts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task OpenAsync(EndPoint server, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(WithPort(server), cancellationToken);
    }

    private static EndPoint WithPort(EndPoint server) => server switch
    {
        DnsEndPoint { Port: 0 } dns => new DnsEndPoint(dns.Host, DefaultPort),
        IPEndPoint { Port: 0 } ip => new IPEndPoint(ip.Address, DefaultPort),
        _ => server,
    };
}
