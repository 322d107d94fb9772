using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

public sealed class RelayFrameReaderTests
{
    private const int Rounds = 20_000;

    /// <summary>
    /// An HTTP client that is disposed may still read from the channel below. Frames come from a pool: one taken twice would
    /// be given to two users.
    /// </summary>
    [Fact]
    public async Task Closed_WhileAFrameArrivesForAReader_TakesItOnce()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var frames = new OneFrame();
            var reader = new RelayFrameReader(frames, CancellationToken.None);
            var reading = ReadAsync(reader);

            frames.Arrive();
            await reader.CloseAsync().AsTask().BoundedAsync();
            await reading.BoundedAsync();

            Assert.Equal(1, frames.Taken);
        }
    }

    [Fact]
    public async Task Closed_ReadsNoMore()
    {
        var frames = new OneFrame();
        var reader = new RelayFrameReader(frames, CancellationToken.None);
        frames.Arrive();
        await reader.WaitAsync(CancellationToken.None);

        await reader.CloseAsync().AsTask().BoundedAsync();

        await reader.WaitAsync(CancellationToken.None);
        Assert.Equal(ChannelReadStatus.Reset, reader.TryRead(new byte[1]).Status);
        Assert.Equal(1, frames.Moves);
    }

    private static async Task ReadAsync(RelayFrameReader reader)
    {
        var buffer = new byte[16];
        do await reader.WaitAsync(CancellationToken.None);
        while (reader.TryRead(buffer).Status is ChannelReadStatus.Empty or ChannelReadStatus.Data);
    }
}
