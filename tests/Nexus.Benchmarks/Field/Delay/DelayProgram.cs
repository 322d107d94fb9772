using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Nexus.Benchmarks.Field.Delay;

/// <summary><c>field-delay PORT MILLISECONDS</c>: passes connections on to the port, every byte so much later, each way.</summary>
internal static class DelayProgram
{
    public const string Listening = "listening ";

    public static async Task<int> RunAsync(string port, string milliseconds, TextWriter output)
    {
        var target = new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
        var delay = TimeSpan.FromMilliseconds(double.Parse(milliseconds, CultureInfo.InvariantCulture));
        using var stop = new StopRequest();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Listening}{((IPEndPoint)listener.LocalEndpoint).Port}"));
        while (!stop.Token.IsCancellationRequested)
        {
            try
            {
                var near = await listener.AcceptSocketAsync(stop.Token);
                var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await far.ConnectAsync(target, stop.Token);
                (near.NoDelay, far.NoDelay) = (true, true);
                new DelayedDirection(near, far, delay).Start();
                new DelayedDirection(far, near, delay).Start();
            }
            catch (OperationCanceledException)
            {
                return 0;
            }
        }

        return 0;
    }
}
