using System.Net;
using System.Net.Sockets;

namespace Nexus.AppHost.Demo;

/// <summary>Loopback ports for one run: the well-known ones where nobody has them, else some below the ephemeral range.</summary>
internal sealed class DemoPorts
{
    private const int First = 12_000;
    private const int End = 20_000;
    private const int MaxTries = 1_000;

    private readonly HashSet<int> _given = [];

    public int Take(int? preferred = null)
    {
        if (preferred is { } port && IsFree(port) && _given.Add(port))
            return port;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var candidate = Random.Shared.Next(First, End);
            if (IsFree(candidate) && _given.Add(candidate))
                return candidate;
        }
        throw new InvalidOperationException($"No free port between {First} and {End}.");
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
