using System.Runtime.InteropServices;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Channels;

public sealed class SharedLineTests
{
    [Theory]
    [InlineData(0u, SharedLine.MinWindow)]
    [InlineData(50u, SharedLine.MinWindow)]
    [InlineData(1_000u, 1_250_000)]
    [InlineData(50_000u, SharedLine.MaxWindow)]
    [InlineData(uint.MaxValue, SharedLine.MaxWindow)]
    public void Window_GrowsWithTheRoundTrip(uint microseconds, int bytes) => Assert.Equal(bytes, SharedLine.WindowFor(microseconds));

    [Fact]
    public async Task Prepare_OnLinux_LimitsWhatWaitsAtBothEnds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The options are Linux's.");
        using var pair = await SocketPair.ConnectAsync();

        SharedLine.Prepare(pair.Near);

        Assert.Equal(SharedLine.MaxUnsent, Option(pair, 25)); // TCP_NOTSENT_LOWAT
        Assert.InRange(Option(pair, 10), 1, SharedLine.MaxWindow); // TCP_WINDOW_CLAMP
    }

    [Fact]
    public async Task Prepare_OfAClosedSocket_DoesNothing()
    {
        using var pair = await SocketPair.ConnectAsync();
        pair.Near.Dispose();

        SharedLine.Prepare(pair.Near);
    }

    private static int Option(SocketPair pair, int option)
    {
        var value = new byte[4];
        pair.Near.GetRawSocketOption(6, option, value);
        return MemoryMarshal.Read<int>(value);
    }
}
