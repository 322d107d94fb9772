using Nexus.Client.Cli.Sharing;

namespace Nexus.Client.Cli.Tests.Sharing;

public sealed class LiveLineTests
{
    [Theory]
    [InlineData(0, "0 B/s")]
    [InlineData(999, "999 B/s")]
    [InlineData(1_000, "1 KiB/s")]
    [InlineData(1_536, "1.5 KiB/s")]
    [InlineData(5_242_880, "5 MiB/s")]
    [InlineData(1e15, "931322.6 GiB/s")]
    public void Rate_HasFewDigits(double bytes, string expected) => Assert.Equal(expected, LiveLine.Rate(bytes));

    [Fact]
    public void Line_SaysWhatGoesOn()
    {
        var rates = new Rates();
        var first = new NexusClientStatistics { Time = DateTimeOffset.UnixEpoch, BytesReceived = 100, BytesSent = 1_000 };
        rates.Add(first);
        var second = first with { Time = first.Time.AddSeconds(2), BytesReceived = 300, BytesSent = 5_096, ActiveStreams = 3, StreamsOpened = 12 };
        rates.Add(second);
        Assert.Equal("3 open, 12 so far, 100 B/s in, 2 KiB/s out, round trip 23.4 ms", LiveLine.Of(second, rates, TimeSpan.FromMilliseconds(23.4)));
        Assert.Equal("3 open, 12 so far, 100 B/s in, 2 KiB/s out", LiveLine.Of(second, rates, null));
    }
}
