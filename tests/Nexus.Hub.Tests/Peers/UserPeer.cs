using Nexus.Contracts.Carriers;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Peers;

/// <summary>A user behind an edge.</summary>
internal sealed class UserPeer(RelayClientChannel channel) : IAsyncDisposable
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The hub's reason, once the stream has ended in both directions.</summary>
    public async Task<string?> EndReasonAsync()
    {
        await channel.WhenOverAsync().BoundedAsync();
        return channel.EndReason;
    }

    public Task SendAsync(byte[] bytes) => channel.WriteAsync(bytes, Cancellation).BoundedAsync();

    /// <summary>The user's FIN.</summary>
    public Task FinishAsync() => channel.CompleteWritesAsync(Cancellation).BoundedAsync();

    /// <summary>The user's RST, or the death of its edge.</summary>
    public void Reset() => channel.Abort();

    /// <summary>Exactly so many bytes.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        var bytes = new byte[count];
        var received = 0;
        while (received < count)
        {
            await channel.WaitToReadAsync(Cancellation).BoundedAsync();
            var read = channel.TryRead(bytes.AsSpan(received));
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) throw new EndOfStreamException($"{read.Status} after {received} of {count} bytes.");
            received += read.Count;
        }

        return bytes;
    }

    /// <summary>Everything until the end, and how it ended.</summary>
    public async Task<(byte[] Bytes, ChannelReadStatus End)> ReceiveAllAsync()
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            await channel.WaitToReadAsync(Cancellation).BoundedAsync();
            var read = channel.TryRead(buffer);
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) return (all.ToArray(), read.Status);
            all.Write(buffer, 0, read.Count);
        }
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
