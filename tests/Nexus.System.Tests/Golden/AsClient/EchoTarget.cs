using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>The target of the recorded outbound connections: says everything back behind "echo:", and answers "quit" with "bye" and its end.</summary>
internal sealed class EchoTarget : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _serving = [];
    private readonly Task _accepting;

    public EchoTarget()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception ex) when (ex is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The replay is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var owned = socket;
        var buffer = new byte[1_024];
        try
        {
            while (await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            {
                var isLast = buffer.AsSpan(0, count).SequenceEqual("quit"u8);
                await socket.SendAsync(isLast ? "bye"u8.ToArray() : [.. Encoding.ASCII.GetBytes("echo:"), .. buffer[..count]], _stop.Token);
                if (isLast) return;
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or SocketException)
        {
            // An end too.
        }
    }
}
