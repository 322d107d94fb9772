using System.Net.Sockets;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// What a user sees of a process that is killed: the kernel closes its sockets with a FIN, as if all had been said. With a linger time
/// of zero it is a reset (socket(7), SO_LINGER).
/// </summary>
public static class SuddenEnd
{
    /// <summary>From now on every close is a reset.</summary>
    public static void IsReset(Socket user) => Set(user, isReset: true);

    /// <summary>After the last byte and the FIN, or when there is nothing to lose: closing is orderly again.</summary>
    public static void IsOrderly(Socket user) => Set(user, isReset: false);

    private static void Set(Socket user, bool isReset)
    {
        ArgumentNullException.ThrowIfNull(user);
        try
        {
            user.LingerState = new LingerOption(isReset, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }
}
