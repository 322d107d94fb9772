using System.Net;
using System.Net.Sockets;

namespace Nexus.Client.Cli.Checking;

/// <summary>Connections of the checks, each with a limit.</summary>
internal static class PublicPort
{
    /// <returns>Null when it was connected; else why not.</returns>
    public static async Task<SocketError?> TryConnectAsync(string host, string port, TimeSpan patience, CancellationToken stop)
    {
        if (!int.TryParse(port, out var number)) return SocketError.HostNotFound;
        try
        {
            var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, stop).WaitAsync(patience, stop);
            SocketError last = SocketError.HostNotFound;
            foreach (var address in addresses)
            {
                var (socket, error) = await ConnectAsync(new(address, number), patience, stop);
                using (socket)
                {
                    if (socket is not null) return null;
                    last = error;
                }
            }

            return last;
        }
        catch (SocketException ex)
        {
            return ex.SocketErrorCode;
        }
        catch (TimeoutException)
        {
            return SocketError.TimedOut;
        }
    }

    /// <returns>A socket, or why there is none.</returns>
    public static async Task<(Socket? Socket, SocketError Error)> ConnectAsync(IPEndPoint endPoint, TimeSpan patience, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, limit.Token);
            return (socket, SocketError.Success);
        }
        catch (SocketException ex)
        {
            socket.Dispose();
            return (null, ex.SocketErrorCode);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            socket.Dispose();
            return (null, SocketError.TimedOut);
        }
    }
}
