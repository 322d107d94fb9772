using System.Threading.Channels;

namespace Nexus.Client.Tests.Streams;

/// <summary>A service in this process that takes and sends datagrams; the test has its other ends.</summary>
internal sealed class DatagramPipe : INexusDatagramChannel
{
    public Channel<byte[]> FromUser { get; } = Channel.CreateUnbounded<byte[]>();

    public Channel<ReadOnlyMemory<byte>> ToUser { get; } = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

    public TaskCompletionSource Disposed { get; } = new();

    public ChannelReader<ReadOnlyMemory<byte>> Reader => ToUser.Reader;

    public bool TrySend(ReadOnlySpan<byte> datagram) => FromUser.Writer.TryWrite(datagram.ToArray());

    public ValueTask DisposeAsync()
    {
        Disposed.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
