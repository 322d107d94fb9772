using Nexus.Protocol.Backend;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Bandwidth;

/// <summary>spec/node.md §7, and what its weakness 32 lacks.</summary>
public sealed class BandwidthSchedulerTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1_000)]
    [Statement("node 131")]
    public void LoneBackend_OverTenSeconds_GetsAllOfTheLimitAndNoMore(int megabits)
    {
        using var limit = new SimulatedLimit(megabits);
        limit.Greedy(limit.Scheduler.OpenBackend(), streams: 3);
        limit.Advance(10);
        AssertWithin(5, limit.Scheduler.BytesPerSecond * 10, limit.Carried);
    }

    [Theory]
    [InlineData(1, 1, 16_401)]
    [InlineData(1, 100, 16_401)]
    [InlineData(5, 7, 300)]
    [Statement("node 131")]
    public void TwoBusyBackends_WhateverTheirStreams_GetHalfEach(int streamsOfOne, int streamsOfOther, int frameOfOne)
    {
        using var limit = new SimulatedLimit(10);
        var one = limit.Greedy(limit.Scheduler.OpenBackend(), streamsOfOne, frameOfOne);
        var other = limit.Greedy(limit.Scheduler.OpenBackend(), streamsOfOther);
        limit.Advance(10);

        AssertWithin(5, limit.Scheduler.BytesPerSecond * 10, limit.Carried);
        AssertWithin(3, limit.Carried / 2, one.Sum(sender => sender.Carried));
        AssertWithin(3, limit.Carried / 2, other.Sum(sender => sender.Carried));
    }

    [Fact]
    [Statement("node 131")]
    public void BothDirections_OfOneStream_ShareTheLimitEvenly()
    {
        using var limit = new SimulatedLimit(10);
        var stream = limit.Scheduler.OpenBackend().OpenStream();
        var up = new SimulatedSender(limit, stream.FromUser, DataFrame.MaxMessageSize).Start();
        var down = new SimulatedSender(limit, stream.ToUser, 1_017).Start();
        limit.Advance(10);

        AssertWithin(5, limit.Scheduler.BytesPerSecond * 10, limit.Carried);
        AssertWithin(3, up.Carried, down.Carried);
    }

    [Fact]
    public void Streams_OfOneBackend_GetTheSameWhateverTheirFrames()
    {
        using var limit = new SimulatedLimit(20);
        var backend = limit.Scheduler.OpenBackend();
        SimulatedSender[] streams = [.. limit.Greedy(backend, 9), .. limit.Greedy(backend, 3, frame: 117), .. limit.Greedy(backend, 3, DataFrame.MaxMessageSize)];
        limit.Advance(10);
        foreach (var stream in streams) AssertWithin(7, limit.Carried / streams.Length, stream.Carried);
    }

    [Fact]
    public void LateBackend_FromItsFirstFrame_GetsHalf()
    {
        using var limit = new SimulatedLimit(10);
        var early = limit.Greedy(limit.Scheduler.OpenBackend(), 20);
        limit.Advance(60);
        var before = early.Sum(sender => sender.Carried);

        var late = limit.Greedy(limit.Scheduler.OpenBackend(), 1);
        limit.Advance(1);
        AssertWithin(7, limit.Scheduler.BytesPerSecond / 2, late[0].Carried);
        AssertWithin(7, limit.Scheduler.BytesPerSecond / 2, early.Sum(sender => sender.Carried) - before);
    }

    [Fact]
    public void Backend_ThatFallsSilent_LeavesItsPartToTheOthersAtOnce()
    {
        using var limit = new SimulatedLimit(10);
        var busy = limit.Greedy(limit.Scheduler.OpenBackend(), 1);
        var leaving = limit.Greedy(limit.Scheduler.OpenBackend(), 10);
        limit.Advance(5);
        foreach (var sender in leaving) sender.Stop();

        var before = busy[0].Carried;
        limit.Advance(0.25); // the original keeps the part for a whole second
        AssertWithin(8, limit.Scheduler.BytesPerSecond / 4, busy[0].Carried - before);
    }

    [Fact]
    public void MostlyIdleBackends_TakeWhatTheyWantAndLeaveTheRest()
    {
        using var limit = new SimulatedLimit(100);
        var busy = limit.Greedy(limit.Scheduler.OpenBackend(), 4);
        var idlers = Enumerable.Range(0, 200).Select(_ => new SimulatedSender(limit, limit.Scheduler.OpenBackend().OpenStream().ToUser, 217)).ToList();
        var random = new Random(7);
        for (var i = 0; i < 1_000; i++)
        {
            idlers[random.Next(idlers.Count)].Start(1);
            limit.Advance(0.01);
            // One round at most: the turns of those that came at the same moment, and of the busy one.
            Assert.All(idlers, idler => Assert.True(idler.IsDone));
        }

        AssertWithin(5, limit.Scheduler.BytesPerSecond * 10, limit.Carried);
        AssertWithin(1, limit.Carried - (1_000 * 217), busy.Sum(sender => sender.Carried));
    }

    [Fact]
    [Statement("node 132")]
    public void LargestFrame_AtOneMegabit_PassesAtOnce()
    {
        using var limit = new SimulatedLimit(1);
        Assert.True(limit.Scheduler.Burst >= 131_072);
        var sender = new SimulatedSender(limit, limit.Scheduler.OpenBackend().OpenStream().ToUser, DataFrame.MaxMessageSize).Start(3);
        Assert.True(sender.IsDone);

        // Also right after the burst was used up, when its time has come.
        sender.Start(1);
        sender.Start(1);
        limit.Advance(1);
        Assert.True(sender.IsDone);
    }

    [Fact]
    public void TenThousandStreams_WaitOnOneTimerAndGetTheSame()
    {
        using var limit = new SimulatedLimit(1_000);
        var backends = Enumerable.Range(0, 100).Select(_ => limit.Scheduler.OpenBackend()).ToList();
        var senders = backends.SelectMany(backend => limit.Greedy(backend, 100)).ToList();
        Assert.Equal(1, limit.Time.ArmedTimers);
        Assert.InRange(limit.Scheduler.Waiting, 9_700, 10_000);

        limit.Advance(10); // 7.6 rounds of 16 401 bytes for each
        Assert.Equal(10_000, limit.Scheduler.Waiting);
        // But for the first one, which had the burst.
        Assert.All(senders.Skip(1), sender => Assert.InRange(sender.Carried / 16_401, 6, 9));
        Assert.Equal(1, limit.Time.ArmedTimers);
    }

    [Fact]
    public void Cancelled_WhileTheyWait_LeaveNothingAndCostNothing()
    {
        using var limit = new SimulatedLimit(10);
        var backend = limit.Scheduler.OpenBackend();
        var senders = limit.Greedy(backend, 1_000);
        foreach (var sender in senders) sender.Stop();
        Assert.Equal(0, limit.Scheduler.Waiting);

        var before = limit.Carried;
        limit.Advance(1); // the burst is there again: nobody was charged meanwhile
        Assert.Equal(before, limit.Scheduler.Charged);
        Assert.Equal(0, limit.Time.ArmedTimers);
        limit.Greedy(backend, 1);
        Assert.InRange(limit.Carried - before, limit.Scheduler.Burst - DataFrame.MaxMessageSize, limit.Scheduler.Burst);
    }

    [Fact]
    public void Return_OfWhatWasNotRead_ServesWhoWaitsAtOnce()
    {
        using var limit = new SimulatedLimit(1);
        var backend = limit.Scheduler.OpenBackend();
        var reader = backend.OpenStream().FromUser;
        var taken = 0;
        while (reader.TryTake(18, DataFrame.MaxMessageSize, () => { }) is > 0 and var granted) taken += granted;
        reader.Cancel();
        var waiting = new SimulatedSender(limit, backend.OpenStream().ToUser, DataFrame.MaxMessageSize).Start(1);
        Assert.False(waiting.IsDone);

        reader.Return(taken);
        Assert.True(waiting.IsDone);
    }

    [Fact]
    public void Cancelled_WithAGrantNotTaken_GivesItBack()
    {
        using var limit = new SimulatedLimit(1);
        var backend = limit.Scheduler.OpenBackend();
        new SimulatedSender(limit, backend.OpenStream().ToUser, DataFrame.MaxMessageSize).Start(4);
        var forgetful = backend.OpenStream().ToUser;
        var resumed = false;
        Assert.Equal(0, forgetful.TryTake(30_000, 30_000, () => resumed = true));
        limit.Advance(2);
        Assert.True(resumed);
        var charged = limit.Scheduler.Charged;

        forgetful.Cancel();
        Assert.Equal(charged - 30_000, limit.Scheduler.Charged);
        Assert.Equal(0, forgetful.Granted);
    }

    [Fact]
    public void Datagrams_OverTheLimit_AreDroppedAndGetAStreamsShareAmongStreams()
    {
        using var limit = new SimulatedLimit(10);
        var backend = limit.Scheduler.OpenBackend();
        limit.Greedy(backend, 3);
        long passed = 0;
        for (var i = 0; i < 10_000; i++)
        {
            limit.Advance(0.001);
            if (backend.TryCharge(1_200)) passed += 1_217; // 9.7 Mbit/s are offered
        }

        AssertWithin(10, limit.Scheduler.BytesPerSecond * 10 / 4, passed);
        AssertWithin(5, limit.Scheduler.BytesPerSecond * 10, limit.Carried + passed);
        Assert.Equal(10_000 - (passed / 1_217), limit.Scheduler.Dropped);
    }

    [Fact]
    public void Datagrams_RefundedOnes_CostNothing()
    {
        using var limit = new SimulatedLimit(10);
        var backend = limit.Scheduler.OpenBackend();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(backend.TryCharge(1_200));
            backend.Refund(1_200);
        }

        Assert.InRange(limit.Scheduler.Charged, 0, 2 * limit.Scheduler.Grain);
        Assert.Equal(0, limit.Scheduler.Dropped);
    }

    private static void AssertWithin(double percent, long expected, long actual) =>
        Assert.InRange(actual, expected * (1 - (percent / 100)), expected * (1 + (percent / 100)));
}
