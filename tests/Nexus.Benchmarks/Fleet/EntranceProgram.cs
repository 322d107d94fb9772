using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Nexus.Benchmarks.Field;

namespace Nexus.Benchmarks.Fleet;

/// <summary>
/// <c>fleet-entrance SOURCES PORT…</c>: one address in front of all hubs, as a name with several addresses or a balancer is. Each connection goes
/// to the first hub that listens, from one of so many loopback addresses. Writes when each came, when it is told to stop.
/// </summary>
internal sealed class EntranceProgram(int sources, IReadOnlyList<int> hubs)
{
    public const string Listening = "listening ";
    public const string Arrivals = "arrivals ";

    private const int Backlog = 4_096;
    private const int BufferSize = 4 * 1024; // sessions that are silent, many of them
    private const int SourcesPerNumber = 250; // of the last two numbers of an address

    private readonly List<long> _arrivals = [];

    public static async Task<int> RunAsync(string sources, string[] hubs, TextWriter output)
    {
        var program = new EntranceProgram(Number(sources), [.. hubs.Select(Number)]);
        using var stop = new StopRequest();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Backlog);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Listening}{((IPEndPoint)listener.LocalEndPoint!).Port}"));
        await program.AcceptAsync(listener, stop.Token);
        await output.WriteLineAsync(Arrivals + string.Join(' ', program._arrivals));
        return 0;
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private async Task AcceptAsync(Socket listener, CancellationToken stop)
    {
        List<Task> running = [];
        try
        {
            while (true)
            {
                var near = await listener.AcceptAsync(stop);
                _arrivals.Add(Stopwatch.GetTimestamp());
                running.Add(PassAsync(near, SourceOf(running.Count), stop));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Task.WhenAll(running);
        }
    }

    /// <summary>Spread over 127.1.0.0/16, so that each is another stranger to a hub.</summary>
    private IPAddress SourceOf(int number)
    {
        var source = number % sources;
        return new([127, 1, (byte)(source / SourcesPerNumber % SourcesPerNumber), (byte)(1 + (source % SourcesPerNumber))]);
    }

    private async Task PassAsync(Socket near, IPAddress source, CancellationToken stop)
    {
        using var owned = near;
        using var far = await DialAsync(source, stop);
        if (far is null) return;
        (near.NoDelay, far.NoDelay) = (true, true);
        await Task.WhenAll(PumpAsync(near, far, stop), PumpAsync(far, near, stop));
    }

    private async Task<Socket?> DialAsync(IPAddress source, CancellationToken stop)
    {
        foreach (var hub in hubs)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(source, 0));
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, hub), stop);
                return socket;
            }
            catch (SocketException ex) when (ex.SocketErrorCode == SocketError.ConnectionRefused)
            {
                socket.Dispose(); // nobody listens there: the next one
            }
            catch (Exception ex) when (ex is SocketException or OperationCanceledException)
            {
                socket.Dispose(); // a hub that has too many who have not logged in yet resets at once
                return null;
            }
        }

        return null;
    }

    /// <summary>The end of one direction ends both: what ends is a session.</summary>
    private static async Task PumpAsync(Socket from, Socket to, CancellationToken stop)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await from.ReceiveAsync(buffer, stop) is > 0 and var count)
            {
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop);
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One side broke: the other one sees it too.
        }

        from.Dispose();
        to.Dispose();
    }
}
