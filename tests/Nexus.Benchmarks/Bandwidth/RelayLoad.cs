using System.Net.Sockets;
using Nexus.Hub.Bandwidth;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Benchmarks.Bandwidth;

/// <summary>
/// The hub's part of the way, over loopback sockets and without TLS: eight users on one session, all in this process, whose
/// processor time is what a measurement gives.
/// </summary>
internal static class RelayLoad
{
    private const int Streams = 8;
    private const int FrameSize = 16 * 1024;
    private const int Window = 64;
    private const int BufferSize = 256 * 1024;

    /// <summary>Sockets of users into the session's socket.</summary>
    public static async Task<TimeSpan> UploadAsync(BackendBandwidth? bandwidth, long bytes)
    {
        using var session = await SocketPair.ConnectAsync();
        await using var transport = new NetworkStream(session.Near);
        var writer = new SessionWriter(transport, new() { Role = WebSocketRole.Server }, TimeProvider.System);
        var before = Environment.CpuUsage.TotalTime;
        var writing = writer.RunAsync(CancellationToken.None);
        var draining = DrainAsync(session.Far);
        await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => SendAsync(writer, bandwidth?.OpenStream(), bytes / Streams)));
        writer.Close(WebSocketCloseCode.Normal);
        await writing;
        session.Near.Shutdown(SocketShutdown.Send);
        await draining;
        return Environment.CpuUsage.TotalTime - before;
    }

    /// <summary>Frames of a session, which respects credits, into the sockets of users.</summary>
    public static async Task<TimeSpan> DownloadAsync(BackendBandwidth? bandwidth, long bytes)
    {
        var before = Environment.CpuUsage.TotalTime;
        await using var users = await Downloads.StartAsync(bandwidth, Streams, Window);
        var frame = new byte[FrameSize];
        for (var sent = 0L; sent < bytes; sent += Streams * FrameSize) await users.DeliverToAllAsync(frame);
        await users.FinishAsync();
        return Environment.CpuUsage.TotalTime - before;
    }

    /// <summary>Reads and forgets until the end.</summary>
    public static async Task DrainAsync(Socket socket)
    {
        var buffer = new byte[BufferSize];
        while (await socket.ReceiveAsync(buffer, SocketFlags.None) > 0)
        {
        }
    }

    private static async Task SendAsync(SessionWriter writer, StreamBandwidth? bandwidth, long bytes)
    {
        using var user = await SocketPair.ConnectAsync();
        await using var source = new SocketChannel(user.Near);
        var lane = new SendLane(writer, StreamId.New(), source, UnlimitedCredits.Instance, bandwidth?.FromUser);
        lane.OpenSilently();
        var running = lane.RunAsync(CancellationToken.None);
        var chunk = new byte[BufferSize];
        for (var sent = 0L; sent < bytes; sent += chunk.Length) await user.Far.SendAsync(chunk, SocketFlags.None);
        user.Far.Shutdown(SocketShutdown.Send);
        if (await running is not SendLaneEnd.SourceEnded) throw new InvalidOperationException("The stream did not end with its source.");
        bandwidth?.FromUser.Cancel();
    }
}
