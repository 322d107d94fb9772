using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nexus.Testing;

/// <summary>An HTTP proxy that knows only CONNECT.</summary>
public sealed class ScriptedProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <summary>Listens on a free port.</summary>
    public ScriptedProxy() => _listener.Start();

    /// <summary>Where it listens.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Answers one request with the status; after 200 it relays to the port until either side ends. Returns the request's head.</summary>
    public async Task<(string Head, Task Relaying)> ServeOneAsync(int status, int port)
    {
        var user = new NetworkStream(await _listener.AcceptSocketAsync().BoundedAsync(), ownsSocket: true);
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await user.ReadAsync(one).BoundedAsync() == 0) throw new EndOfStreamException();
            head.Append((char)one[0]);
        }

        await user.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Answer\r\n\r\n")).BoundedAsync();
        if (status == 200) return (head.ToString(), RelayAsync(user, port));
        await user.DisposeAsync();
        return (head.ToString(), Task.CompletedTask);
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => _listener.Dispose();

    private static async Task RelayAsync(NetworkStream user, int port)
    {
        using var target = new TcpClient();
        await target.ConnectAsync(IPAddress.Loopback, port);
        await using var hub = target.GetStream();
        await using (user)
        {
            await Task.WhenAny(user.CopyToAsync(hub), hub.CopyToAsync(user));
        }
    }
}
