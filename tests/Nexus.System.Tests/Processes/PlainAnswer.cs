using System.Net.Sockets;
using System.Text;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>An HTTP answer that has no length: from the service to its connection's end, to the user in chunks of which the last is empty.</summary>
internal readonly record struct PlainAnswer(int ContentLength, bool IsComplete)
{
    private const string LastChunk = "\r\n0\r\n\r\n";

    /// <summary>What the service sends before its FIN.</summary>
    public static byte[] Begin(string content) => Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n\r\n{content}");

    /// <summary>What the user gets, however its connection ends. The content is of the letter x.</summary>
    public static async Task<PlainAnswer> ReadAsync(Socket user)
    {
        var all = new StringBuilder();
        var buffer = new byte[64 * 1024];
        try
        {
            while (!IsEnded(all) && await user.ReceiveAsync(buffer, TestContext.Current.CancellationToken).BoundedAsync() is > 0 and var count)
                all.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        catch (SocketException)
        {
            // Reset.
        }

        return new(all.ToString().Count(letter => letter == 'x'), IsEnded(all));
    }

    private static bool IsEnded(StringBuilder all) => all.Length >= LastChunk.Length && all.ToString(all.Length - LastChunk.Length, LastChunk.Length) == LastChunk;
}
