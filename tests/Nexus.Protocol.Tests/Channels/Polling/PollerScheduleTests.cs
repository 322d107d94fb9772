using Nexus.Protocol.Channels.Polling;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Channels.Polling;

public sealed class PollerScheduleTests
{
    [Fact]
    public void Slice_OfTheCallingThreadAlone_IsShort()
    {
        var usual = OnThread(PollerSchedule.ReadSlice);
        var isKnown = usual > TimeSpan.Zero; // Linux 6.12 and later; elsewhere asking changes nothing and breaks nothing

        Assert.True(OnThread(PollerSchedule.TryShortenSlice) || !isKnown);
        Assert.Equal(isKnown ? TimeSpan.FromMicroseconds(100) : TimeSpan.Zero, OnThread(ShortenAndRead));
        Assert.Equal(usual, OnThread(PollerSchedule.ReadSlice));

        static TimeSpan ShortenAndRead()
        {
            PollerSchedule.TryShortenSlice();
            return PollerSchedule.ReadSlice();
        }
    }

    private static T OnThread<T>(Func<T> function) where T : struct
    {
        T? value = null;
        var thread = new Thread(() => value = function()) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(TestTimeouts.Default));
        return Assert.NotNull(value);
    }
}
