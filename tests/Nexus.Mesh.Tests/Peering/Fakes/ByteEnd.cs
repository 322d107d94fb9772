using System.Security.Cryptography;
using Nexus.Protocol.Channels;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>One end of a user's connection: the user behind an edge, or what a hub has of it.</summary>
internal class ByteEnd(IByteChannel channel)
{
    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>When it may be read and written.</summary>
    private protected virtual Task Ready => Task.CompletedTask;

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await Ready.BoundedAsync();
        await channel.WriteAsync(bytes, Cancellation).BoundedAsync();
    }

    /// <summary>A FIN.</summary>
    public async Task FinishAsync()
    {
        await Ready.BoundedAsync();
        await channel.CompleteWritesAsync(Cancellation).BoundedAsync();
    }

    /// <summary>A RST.</summary>
    public void Reset() => channel.Abort();

    /// <summary>Exactly so many bytes.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        await Ready.BoundedAsync();
        var bytes = new byte[count];
        for (var received = 0; received < count;)
        {
            await channel.WaitToReadAsync(Cancellation).BoundedAsync();
            var read = channel.TryRead(bytes.AsSpan(received));
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) throw new EndOfStreamException($"{read.Status} after {received} of {count} bytes.");
            received += read.Count;
        }

        return bytes;
    }

    /// <summary>Everything until the end, and how it ended.</summary>
    public async Task<(long Count, byte[] Hash, ChannelReadStatus End)> DrainAsync()
    {
        await Ready.BoundedAsync();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        var count = 0L;
        while (true)
        {
            await channel.WaitToReadAsync(Cancellation).BoundedAsync();
            var read = channel.TryRead(buffer);
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) return (count, hash.GetHashAndReset(), read.Status);
            hash.AppendData(buffer, 0, read.Count);
            count += read.Count;
        }
    }

    /// <summary>How it ends, whatever came before.</summary>
    public async Task<ChannelReadStatus> EndedAsync() => (await DrainAsync()).End;
}
