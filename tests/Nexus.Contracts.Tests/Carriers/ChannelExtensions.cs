using System.Text;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

internal static class ChannelExtensions
{
    public static async Task<ChannelRead> ReadAsync(this IByteChannel channel, Memory<byte> buffer)
    {
        await channel.WaitToReadAsync(CancellationToken.None).BoundedAsync();
        return channel.TryRead(buffer.Span);
    }

    public static async Task<string> ReadTextAsync(this IByteChannel channel, int length) =>
        Encoding.UTF8.GetString(await channel.ReadBytesAsync(length));

    public static async Task<byte[]> ReadBytesAsync(this IByteChannel channel, int length)
    {
        var buffer = new byte[length];
        for (var count = 0; count < length;)
        {
            var read = await channel.ReadAsync(buffer.AsMemory(count));
            Assert.True(read.Status is ChannelReadStatus.Data or ChannelReadStatus.Empty, read.Status.ToString());
            count += read.Count;
        }

        return buffer;
    }

    /// <summary>Reads to whatever end there is.</summary>
    public static async Task<ChannelReadStatus> ReadToEndAsync(this IByteChannel channel)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var read = await channel.ReadAsync(buffer);
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) return read.Status;
        }
    }

    public static Task WriteTextAsync(this IByteChannel channel, string text) =>
        channel.WriteAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None).BoundedAsync();

    /// <summary>Until the other side's end; how many bytes there were.</summary>
    public static async Task<long> EchoAsync(this IByteChannel channel)
    {
        var buffer = new byte[32 * 1024];
        var total = 0L;
        while (true)
        {
            await channel.WaitToReadAsync(CancellationToken.None);
            var read = channel.TryRead(buffer);
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) break;

            await channel.WriteAsync(buffer.AsMemory(0, read.Count), CancellationToken.None);
            total += read.Count;
        }

        await channel.CompleteWritesAsync(CancellationToken.None);
        return total;
    }
}
