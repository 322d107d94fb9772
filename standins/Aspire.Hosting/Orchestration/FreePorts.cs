using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Chooses loopback TCP ports that nobody listens on. They lie below the range from which systems take ports of outgoing
/// connections (Linux: from 32768), so that no connection of ours takes one before its owner listens.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int End = 32_000;
    private const int MaxTries = 1_000;

    private static readonly HashSet<int> s_given = [];
    private static readonly Lock s_lock = new();

    public static int Next()
    {
        lock (s_lock)
        {
            for (var tries = 0; tries < MaxTries; tries++)
            {
                var port = Random.Shared.Next(First, End);
                if (!s_given.Contains(port) && IsFree(port))
                {
                    s_given.Add(port);
                    return port;
                }
            }
        }
        throw new DistributedApplicationException($"No free port between {First} and {End}.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
