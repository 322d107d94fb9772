using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>What comes out of a channel.</summary>
internal static class ChannelEnds
{
    /// <summary>All bytes, and how they ended.</summary>
    public static async Task<(byte[] Bytes, ChannelReadStatus End)> ReadToEndAsync(this IByteChannel channel)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            await channel.WaitToReadAsync(TestContext.Current.CancellationToken).BoundedAsync();
            var read = channel.TryRead(buffer);
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) return (all.ToArray(), read.Status);
            all.Write(buffer, 0, read.Count);
        }
    }

    /// <summary>Exactly so many bytes, with more to come.</summary>
    public static async Task<byte[]> ReadAsync(this IByteChannel channel, int count)
    {
        var all = new byte[count];
        for (var done = 0; done < count;)
        {
            await channel.WaitToReadAsync(TestContext.Current.CancellationToken).BoundedAsync();
            var read = channel.TryRead(all.AsSpan(done));
            Assert.True(read.Status is ChannelReadStatus.Data or ChannelReadStatus.Empty, $"{read.Status} after {done} bytes.");
            done += read.Count;
        }

        return all;
    }
}
