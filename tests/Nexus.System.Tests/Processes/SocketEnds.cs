using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

internal static class SocketEnds
{
    /// <summary>FIN or RST, behind whatever still comes.</summary>
    public static async Task<bool> IsEndedAsync(this Socket socket)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken).BoundedAsync() > 0)
            {
                // Not yet.
            }
        }
        catch (SocketException)
        {
            // A reset.
        }

        return true;
    }
}
