using System.Net.Sockets;
using Nexus.Client.Sessions;
using Nexus.Testing;

namespace Nexus.Client.Tests.Sessions;

public sealed class ReconnectScheduleTests
{
    [Fact]
    [Statement("client 47", "seen 12")]
    public void Transient_Delays_AreFullyJitteredAndSmallAtFirst()
    {
        var schedule = new ReconnectSchedule(new Random(1));
        var delays = Enumerable.Range(0, 40).Select(_ => schedule.NextDelay(NexusConnectError.ConnectionRefused)).ToArray();
        Assert.InRange(delays[0], TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.All(delays.Take(12), delay => Assert.InRange(delay, TimeSpan.Zero, TimeSpan.FromSeconds(2)));
        Assert.All(delays, delay => Assert.InRange(delay, TimeSpan.Zero, ReconnectSchedule.Cap));
        Assert.Contains(delays.Skip(20), delay => delay > TimeSpan.FromSeconds(30));
        Assert.Equal(40, schedule.Failures);
    }

    [Fact]
    [Statement("client 47")]
    public void Transient_Limits_GrowToTheCap()
    {
        var limits = Enumerable.Range(0, 100).Select(ReconnectSchedule.TransientLimit).ToArray();
        Assert.Equal(limits.Order(), limits);
        Assert.Equal(TimeSpan.FromSeconds(1), limits[0]);
        Assert.Equal(ReconnectSchedule.Cap, limits[^1]);
    }

    [Fact]
    public void BrokenOff_Limits_DoubleToEightSecondsAndLaterToTheCap()
    {
        var limits = Enumerable.Range(0, 100).Select(ReconnectSchedule.BusyLimit).ToArray();
        Assert.Equal([1, 2, 4, 8, 8, 8], limits.Take(6).Select(limit => limit.TotalSeconds));
        Assert.Equal(limits.Order(), limits);
        Assert.Equal(ReconnectSchedule.Cap, limits[^1]);
    }

    [Theory]
    [InlineData(NexusConnectError.ConnectionRefused, 0, 1)]
    [InlineData(NexusConnectError.ConnectionRefused, 5, 2)]
    [InlineData(NexusConnectError.NetworkFailed, 1, 2)]
    [InlineData(NexusConnectError.NetworkFailed, 5, 8)]
    public void Transient_DelaysOfAFleet_SpreadOverAllOfTheLimit(NexusConnectError error, int failuresBefore, int limitSeconds)
    {
        const int Clients = 5_000;
        const int Parts = 10;
        var counts = new int[Parts];
        for (var client = 0; client < Clients; client++)
        {
            var schedule = new ReconnectSchedule(new Random(client));
            for (var i = 0; i < failuresBefore; i++) schedule.NextDelay(error);
            counts[(int)(schedule.NextDelay(error).TotalSeconds / limitSeconds * Parts)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, Clients / Parts * 0.8, Clients / Parts * 1.2));
    }

    [Fact]
    [Statement("client 51")]
    public void Authentication_Failures_WaitLongerButForEver()
    {
        var schedule = new ReconnectSchedule(new Random(1));
        var delays = Enumerable.Range(0, 50).Select(_ => schedule.NextDelay(NexusConnectError.AuthenticationFailed)).ToArray();
        Assert.InRange(delays[0], TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        Assert.All(delays.Skip(5), delay => Assert.InRange(delay, TimeSpan.FromSeconds(30), ReconnectSchedule.Cap));
    }

    [Fact]
    [Statement("client 50")]
    public void RateLimited_WaitsAMinute() => Assert.Equal(TimeSpan.FromSeconds(60), new ReconnectSchedule(new Random(1)).NextDelay(NexusConnectError.RateLimited));

    [Fact]
    [Statement("client 54")]
    public void SessionLasted_OrNetworkBack_StartsAnew()
    {
        var schedule = new ReconnectSchedule(new Random(1));
        for (var i = 0; i < 30; i++) schedule.NextDelay(NexusConnectError.Timeout);
        schedule.NetworkReturned();
        Assert.InRange(schedule.NextDelay(NexusConnectError.Timeout), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        schedule.SessionLasted();
        Assert.Equal(0, schedule.Failures);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, NexusConnectError.ConnectionRefused)]
    [InlineData(SocketError.TimedOut, NexusConnectError.Timeout)]
    [InlineData(SocketError.HostNotFound, NexusConnectError.NameNotResolved)]
    [InlineData(SocketError.NetworkUnreachable, NexusConnectError.NetworkFailed)]
    [Statement("client 50")]
    public void Classes_ComeFromTheKindOfError(SocketError error, NexusConnectError expected) => Assert.Equal(expected, HubDialer.Classify(error));

    [Fact]
    public void ErrorTypes_EveryError_HasOne()
    {
        Assert.Distinct(Enum.GetValues<NexusConnectError>().Select(error => error.ToErrorType()));
        Assert.Distinct(Enum.GetValues<NexusSessionEnd>().Select(end => end.ToErrorType()));
    }
}
