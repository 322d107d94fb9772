using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Nexus.Benchmarks.Field.Service;

/// <summary>One user whose TLS ends at the service, which echoes.</summary>
internal static class TlsConnection
{
    private const int BufferSize = 256;

    public static async Task ServeAsync(Socket socket, SslServerAuthenticationOptions options)
    {
        socket.NoDelay = true;
        await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsServerAsync(options);
            var buffer = new byte[BufferSize];
            while (await tls.ReadAsync(buffer) is > 0 and var count) await tls.WriteAsync(buffer.AsMemory(0, count));
        }
        catch (Exception ex) when (ex is IOException or AuthenticationException)
        {
            // The user is gone; it counts what it missed.
        }
    }
}
