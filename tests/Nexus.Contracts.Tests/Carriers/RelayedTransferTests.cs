using System.Security.Cryptography;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

/// <summary>User socket, relay, gRPC, relay, backend socket: the whole path of a connection.</summary>
public sealed class RelayedTransferTests
{
    private const int Total = 64 * 1024 * 1024;
    private const int Chunk = 64 * 1024;

    [Fact]
    public async Task Transfer_BothDirectionsAtOnce_EveryByteArrives()
    {
        using var user = await SocketPair.ConnectAsync();
        using var backend = await SocketPair.ConnectAsync();
        var options = new DuplexRelayOptions();
        await using var host = await RelayHost.StartAsync(async (_, channel, context) =>
        {
            await channel.AcceptAsync();
            await using var socket = new SocketChannel(backend.Near);
            await DuplexRelay.RunAsync(channel, socket, options, TimeProvider.System, context.CancellationToken);
            channel.End("completed");
        });
        using var carrier = new GrpcCarrier(new GrpcCarrierOptions(), TimeProvider.System);
        var result = await carrier.OpenAsync(host.Address, Opens.Some, default, CancellationToken.None).BoundedAsync();
        Assert.True(result.IsAccepted);
        await using var channel = result.Channel;
        await using var userChannel = new SocketChannel(user.Near);
        var relaying = DuplexRelay.RunAsync(userChannel, channel, options, TimeProvider.System, TestContext.Current.CancellationToken);

        await using var userEnd = new SocketChannel(user.Far);
        await using var backendEnd = new SocketChannel(backend.Far);
        var upload = SendAsync(userEnd, seed: 1);
        var uploaded = ReceiveAsync(backendEnd);
        var downloaded = ReceiveAsync(userEnd);
        var sentUp = await upload.WaitAsync(TestTimeouts.Long, TestContext.Current.CancellationToken);
        await userEnd.CompleteWritesAsync(CancellationToken.None);
        var receivedUp = await uploaded.WaitAsync(TestTimeouts.Long, TestContext.Current.CancellationToken);
        // The user's direction has ended; the answer flows all the same.
        var sentDown = await SendAsync(backendEnd, seed: 2).WaitAsync(TestTimeouts.Long, TestContext.Current.CancellationToken);
        await backendEnd.CompleteWritesAsync(CancellationToken.None);
        var receivedDown = await downloaded.WaitAsync(TestTimeouts.Long, TestContext.Current.CancellationToken);

        Assert.Equal(sentUp, receivedUp);
        Assert.Equal(sentDown, receivedDown);
        var end = await relaying.BoundedAsync();
        Assert.Equal(new RelayEnd(RelayEndReason.Completed, RelaySide.First, Total, Total), end);
    }

    private static async Task<string> SendAsync(SocketChannel channel, int seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[Chunk];
        for (var sent = 0; sent < Total; sent += Chunk)
        {
            BitConverter.TryWriteBytes(chunk, HashCode.Combine(seed, sent));
            hash.AppendData(chunk);
            await channel.WriteAsync(chunk, CancellationToken.None);
        }

        return Convert.ToHexString(hash.GetCurrentHash());
    }

    private static async Task<string> ReceiveAsync(SocketChannel channel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[Chunk];
        while (true)
        {
            await channel.WaitToReadAsync(CancellationToken.None);
            var read = channel.TryRead(chunk);
            if (read.Status == ChannelReadStatus.End) return Convert.ToHexString(hash.GetCurrentHash());

            Assert.NotEqual(ChannelReadStatus.Reset, read.Status);
            hash.AppendData(chunk, 0, read.Count);
        }
    }
}
