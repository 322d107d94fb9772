using System.Net;
using System.Net.Sockets;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Channels.Polling;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Channels.Polling;

public sealed class PolledSocketTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public PolledSocketTests() => Assert.SkipUnless(SocketPoller.IsSupported, "There are pollers on Linux only.");

    [Fact]
    public void Event_LayoutIsThatOfTheSystem()
    {
        // sys/epoll.h: packed on x64, naturally aligned on arm64.
        Assert.Contains((EpollInterop.EventSize, EpollInterop.DataOffset), new[] { (12, 4), (16, 8) });
    }

    [Fact]
    public async Task Wait_GoesOnOnAPoller_AndLeavesItWhenAsked()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var channel = new SocketChannel(pair.Near);
        var (inside, outside) = (false, true);
        var waiting = WaitAsync();

        await pair.Far.SendAsync(new byte[1], Token);
        await waiting.BoundedAsync();

        Assert.True(inside);
        Assert.False(outside);

        async Task WaitAsync()
        {
            await channel.WaitToReadAsync(Token).ConfigureAwait(false);
            inside = PollerThread.IsCurrent;
            await PollerThread.LeaveAsync();
            outside = PollerThread.IsCurrent;
        }
    }

    [Fact]
    public async Task Read_InPieces_WithEndAtOnce_SeesTheEnd()
    {
        // A read that did not fill its buffer counts as having emptied the socket: the FIN that came with the bytes must not get lost.
        for (var i = 0; i < 200; i++)
        {
            using var pair = await SocketPair.ConnectAsync();
            await using var channel = new SocketChannel(pair.Near);
            var waiting = channel.WaitToReadAsync(Token).AsTask();
            await pair.Far.SendAsync(new byte[10], Token);
            pair.Far.Shutdown(SocketShutdown.Send);
            await waiting.BoundedAsync();

            var count = 0;
            while (true)
            {
                var read = channel.TryRead(new byte[64]);
                count += read.Count;
                if (read.Status == ChannelReadStatus.End) break;
                if (read.Status == ChannelReadStatus.Empty) await channel.WaitToReadAsync(Token).BoundedAsync();
            }

            Assert.Equal(10, count);
        }
    }

    [Fact]
    public async Task Dispose_WhileADuplicateLives_LeavesNoRegistration()
    {
        var before = Registrations();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using var socket = await SocketDialer.ConnectAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port, null, Token).BoundedAsync();
        var channel = new SocketChannel(socket);
        var waiting = channel.WaitToReadAsync(Token).AsTask();
        var during = Registrations();
        using var duplicate = new Socket(new SafeSocketHandle(DuplicateOf(socket), ownsHandle: true));

        await channel.DisposeAsync();

        await waiting.BoundedAsync();
        Assert.True(during > before, $"{during} registrations with, {before} without the socket.");
        // Other tests come and go: what counts is that ours is not kept by the duplicate.
        Assert.DoesNotContain(Inode(duplicate), Inodes());
    }

    [Fact]
    public async Task Dispose_AfterSomebodyElseHasClosedTheSocket_EndsTheWaitAllTheSame()
    {
        using var pair = await SocketPair.ConnectAsync();
        var channel = new SocketChannel(pair.Near);
        var waiting = channel.WaitToReadAsync(Token).AsTask();
        pair.Near.Dispose(); // as when it was handed over

        await channel.DisposeAsync();

        await waiting.BoundedAsync();
    }

    [Fact]
    public async Task ManySockets_OpenedAndClosedInTurn_EachIsHeardOnce()
    {
        for (var round = 0; round < 300; round++)
        {
            using var pair = await SocketPair.ConnectAsync();
            await using var channel = new SocketChannel(pair.Near);
            var waiting = channel.WaitToReadAsync(Token).AsTask();
            await pair.Far.SendAsync(new byte[] { (byte)round }, Token);
            await waiting.BoundedAsync();
            var buffer = new byte[4];
            Assert.Equal(ChannelRead.Data(1), channel.TryRead(buffer));
            Assert.Equal((byte)round, buffer[0]);
        }
    }

    [Fact]
    public async Task Write_WhenThePeerReadsLate_GoesOn()
    {
        using var pair = await SocketPair.ConnectAsync(bufferSize: 8 * 1024);
        await using var channel = new SocketChannel(pair.Near);
        var sent = new byte[1024 * 1024];
        Random.Shared.NextBytes(sent);
        var writing = channel.WriteAsync(sent, Token).AsTask();

        var received = new byte[sent.Length];
        for (var count = 0; count < received.Length;) count += await pair.Far.ReceiveAsync(received.AsMemory(count), Token).BoundedAsync();

        await writing.BoundedAsync();
        Assert.Equal(sent, received);
    }

    private static int DuplicateOf(Socket socket)
    {
        // What the hub has of a user that the edge has handed over.
        var handle = NativeDuplicate.Of((int)socket.Handle);
        Assert.True(handle >= 0);
        return handle;
    }

    private static int Registrations() => EpollInfo().Sum(text => text.Split('\n').Count(line => line.StartsWith("tfd:", StringComparison.Ordinal)));

    private static List<string> Inodes() => [.. EpollInfo().SelectMany(text => text.Split('\n')).Where(line => line.StartsWith("tfd:", StringComparison.Ordinal)).Select(line => line.Split("ino:")[1].Split(' ')[0].Trim())];

    private static string Inode(Socket socket) => Convert.ToString(
        long.Parse(new FileInfo($"/proc/self/fd/{(int)socket.Handle}").LinkTarget!.Split('[', ']')[1], System.Globalization.CultureInfo.InvariantCulture), 16);

    private static List<string> EpollInfo()
    {
        List<string> infos = [];
        foreach (var descriptor in Directory.GetFiles("/proc/self/fd"))
        {
            try
            {
                if (new FileInfo(descriptor).LinkTarget == "anon_inode:[eventpoll]") infos.Add(File.ReadAllText(descriptor.Replace("/fd/", "/fdinfo/", StringComparison.Ordinal)));
            }
            catch (IOException)
            {
                // Closed meanwhile.
            }
        }

        return infos;
    }
}
