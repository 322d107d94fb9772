using System.Net.Sockets;
using System.Runtime.Versioning;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>Streams by a pair of sockets, both ends over a real connection; the test plays what caller and target do with them.</summary>
[SupportedOSPlatform("linux")]
public sealed class SocketPairChannelTests
{
    private static readonly OpenStream s_plain = Opens.Some with { IsTls = false };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_BeginsWithItsPrelude_WhichGoesAheadOnlyIfItMayBeSeenTwice(bool isTls)
    {
        await using var pair = new HandOverPair();
        var opened = await OpenAsync(pair, Opens.Some with { IsTls = isTls }, [1, 2, 3]);
        await using var near = opened.Near;
        await near.WriteAsync(new byte[] { 4 }, Cancellation);
        Assert.Equal(isTls ? [1, 2, 3] : [], opened.Arrival.Prelude.ToArray());
        Assert.Equal(isTls ? [4] : [1, 2, 3, 4], await opened.Far.ReadAsync(isTls ? 1 : 4));
    }

    [Fact]
    public async Task BothDirections_CarryMoreThanTheKernelHolds_AndEndEachForItself()
    {
        var (up, down) = (Bytes(3_000_000), Bytes(5_000_000));
        await using var pair = new HandOverPair();
        var opened = await OpenAsync(pair, s_plain);
        await using var near = opened.Near;
        var upload = opened.Far.ReadToEndAsync();
        await WriteAllAsync(near, up);
        AssertEnded(up, await upload); // and the other direction goes on

        var download = near.ReadToEndAsync();
        await WriteAllAsync(opened.Far, down);
        AssertEnded(down, await download);
        opened.Arrival.LetGo();
        Assert.Equal(ChannelReadStatus.End, near.TryRead(new byte[1]).Status);
    }

    [Fact]
    public async Task TargetThatClosesWithUnreadBytes_HasLostNothingOfWhatItWrote()
    {
        var answer = Bytes(100_000);
        await using var pair = new HandOverPair();
        var opened = await OpenAsync(pair, s_plain);
        await using var near = opened.Near;
        await near.WriteAsync(new byte[50_000], Cancellation);
        await WriteAllAsync(opened.Far, answer);
        opened.Arrival.LetGo(); // for the kernel this is a reset
        await opened.Arrival.EndAsync("backend_ended", 0, answer.Length);

        AssertEnded(answer, await near.ReadToEndAsync());
        await near.WriteAsync(new byte[500_000], Cancellation).BoundedAsync(); // has no receiver, as by gRPC
        await near.CompleteWritesAsync(Cancellation);
        Assert.Equal("backend_ended", near.EndReason);
    }

    [Fact]
    public async Task TargetThatAborts_IsAReset_ForReaderAndWriter()
    {
        await using var pair = new HandOverPair();
        var opened = await OpenAsync(pair, s_plain);
        await using var near = opened.Near;
        var reading = near.ReadToEndAsync();
        opened.Far.Abort();
        await opened.Arrival.EndAsync("session_lost", 0, 0);

        Assert.Equal(ChannelReadStatus.Reset, (await reading).End);
        await Assert.ThrowsAsync<IOException>(() => near.WriteAsync(new byte[1], Cancellation).BoundedAsync());
        await Assert.ThrowsAsync<IOException>(() => near.CompleteWritesAsync(Cancellation).BoundedAsync());
    }

    [Fact]
    public async Task TargetThatAbortsAfterItsFin_BreaksTheWriter()
    {
        await using var pair = new HandOverPair();
        var opened = await OpenAsync(pair, s_plain);
        await using var near = opened.Near;
        await WriteAllAsync(opened.Far, [1]);
        AssertEnded([1], await near.ReadToEndAsync());
        opened.Far.Abort();
        await opened.Arrival.EndAsync("session_lost", 0, 1);

        await Assert.ThrowsAsync<IOException>(() => near.WriteAsync(new byte[1_000_000], Cancellation).BoundedAsync());
    }

    [Theory]
    [InlineData(false, false)] // aborted
    [InlineData(true, false)] // closed in the middle
    [InlineData(true, true)] // closed after its FIN, but before it has read the other's
    public async Task CallerThatGoes_IsAReset_AndTheTargetIsToldWithoutReading(bool isDisposed, bool hasFin)
    {
        await using var pair = new HandOverPair();
        var opened = await OpenAsync(pair, s_plain);
        await opened.Near.WriteAsync(new byte[10], Cancellation);
        if (hasFin) await opened.Near.CompleteWritesAsync(Cancellation);
        if (isDisposed) await opened.Near.DisposeAsync();
        else opened.Near.Abort();

        await WaitUntilGoneAsync(opened.Arrival.Gone);
        Assert.Equal(ChannelReadStatus.Reset, (await opened.Far.ReadToEndAsync()).End);
        await Assert.ThrowsAsync<IOException>(() => opened.Far.WriteAsync(new byte[1], Cancellation).BoundedAsync());
    }

    [Fact]
    public async Task CallerThatHasEndedBothWays_IsNoReset()
    {
        await using var pair = new HandOverPair();
        var opened = await OpenAsync(pair, s_plain);
        await WriteAllAsync(opened.Far, [1]);
        AssertEnded([1], await opened.Near.ReadToEndAsync());
        await WriteAllAsync(opened.Near, [2]);
        await opened.Near.DisposeAsync();

        AssertEnded([2], await opened.Far.ReadToEndAsync());
        Assert.False(opened.Arrival.Gone.IsCancellationRequested);
    }

    [Fact]
    public async Task LostConnection_BreaksTheStreamAtBothEnds_ThoughTheSocketsAreWhole()
    {
        await using var pair = new HandOverPair();
        var opened = await OpenAsync(pair, s_plain);
        await using var near = opened.Near;
        await pair.Carrier.DisposeAsync().BoundedAsync();

        Assert.Equal(ChannelReadStatus.Reset, (await near.ReadToEndAsync()).End);
        Assert.Equal(ChannelReadStatus.Reset, (await opened.Far.ReadToEndAsync()).End);
        await WaitUntilGoneAsync(opened.Arrival.Gone);
    }

    [Fact]
    public async Task CallerThatLeaves_KeepsItsStreams()
    {
        await using var pair = new HandOverPair();
        var opened = await OpenAsync(pair, s_plain);
        await using var near = opened.Near;
        pair.Carrier.Leave();
        await WriteAllAsync(opened.Far, [1, 2]);
        AssertEnded([1, 2], await near.ReadToEndAsync());
    }

    [Fact]
    public async Task StreamThatNobodyReads_StopsOnlyItself()
    {
        await using var pair = new HandOverPair();
        var slow = await OpenAsync(pair, s_plain);
        await using var slowNear = slow.Near;
        while (slow.Far.TryWrite(new byte[10_000]) > 0)
        {
            // Until the kernel takes no more.
        }

        var other = await OpenAsync(pair, s_plain);
        await using var near = other.Near;
        await WriteAllAsync(other.Far, [1, 2]);
        AssertEnded([1, 2], await near.ReadToEndAsync());
        Assert.Equal(0, slow.Far.TryWrite(new byte[1]));
    }

    [Fact]
    public async Task TargetsFault_IsAReset()
    {
        await using var pair = new HandOverPair();
        var opened = await OpenAsync(pair, s_plain);
        await using var near = opened.Near;
        await opened.Far.WriteAsync(new byte[10], Cancellation);
        opened.Arrival.LetGo(); // without a FIN, and without a report
        Assert.Equal(ChannelReadStatus.Reset, (await near.ReadToEndAsync()).End);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Relay_LearnsHowTheTargetEndsTheOtherDirection(bool isOrderly)
    {
        await using var pair = new HandOverPair();
        using var user = await SocketPair.ConnectAsync();
        var opened = await OpenAsync(pair, s_plain);
        await using var near = opened.Near;
        await using var far = new SocketChannel(user.Far);
        var relaying = DuplexRelay.RunAsync(far, near, new DuplexRelayOptions(), TimeProvider.System, Cancellation);
        await WriteAllAsync(opened.Far, [1]);
        var buffer = new byte[2];
        Assert.Equal(1, await user.Near.ReceiveAsync(buffer, Cancellation).BoundedAsync());
        Assert.Equal(0, await user.Near.ReceiveAsync(buffer, Cancellation).BoundedAsync());

        if (!isOrderly) opened.Far.Abort();
        opened.Arrival.LetGo();
        await opened.Arrival.EndAsync(isOrderly ? "backend_ended" : "session_lost", 0, 1);
        if (isOrderly) user.Near.Shutdown(SocketShutdown.Send);
        Assert.Equal(isOrderly ? RelayEndReason.Completed : RelayEndReason.Reset, (await relaying.BoundedAsync()).Reason);
    }

    [Fact]
    public async Task TargetThatFails_SaysSo_BeforeItsAnswerAndAfter()
    {
        await using var pair = new HandOverPair();
        var opening = pair.OpenStreamAsync(s_plain);
        var (unanswered, _) = await pair.NextAsync();
        await unanswered.FailAsync("fault");
        Assert.Equal(OpenStreamResult.Refused(OpenRefusal.Rejected, "fault"), await opening);

        var opened = await OpenAsync(pair, s_plain);
        await using var near = opened.Near;
        await opened.Arrival.FailAsync("fault");
        Assert.Equal(ChannelReadStatus.Reset, (await near.ReadToEndAsync()).End);
    }

    [Fact]
    public async Task ManyStreamsAtOnce_EachEndsAsItsSidesSaid()
    {
        const int Streams = 200;
        await using var pair = new HandOverPair();
        var opened = new List<(SocketPairChannel Near, SocketPairChannel Far, HandOverArrival Arrival)>();
        for (var i = 0; i < Streams; i++) opened.Add(await OpenAsync(pair, s_plain));
        await Task.WhenAll(opened.Select((stream, i) => Task.Run(() => CarryAsync(stream.Near, stream.Far, stream.Arrival, isOrderly: i % 3 > 0), Cancellation)));
    }

    /// <summary>Both sides send at once and end both directions; or the target breaks it after it has sent everything.</summary>
    private static async Task CarryAsync(SocketPairChannel near, SocketPairChannel far, HandOverArrival arrival, bool isOrderly)
    {
        var (up, down) = (Bytes(400_000), Bytes(400_000));
        var (atFar, atNear) = (far.ReadToEndAsync(), near.ReadToEndAsync());
        var sendingUp = WriteAllAsync(near, up);
        await far.WriteAsync(down, Cancellation).BoundedAsync();
        await sendingUp;
        AssertEnded(up, await atFar);
        if (isOrderly) await far.CompleteWritesAsync(Cancellation);
        arrival.LetGo();
        await arrival.EndAsync(isOrderly ? "backend_ended" : "session_lost", up.Length, down.Length);

        if (isOrderly) AssertEnded(down, await atNear);
        else Assert.Equal(ChannelReadStatus.Reset, (await atNear).End);
        await near.DisposeAsync();
    }

    private static async Task<(SocketPairChannel Near, SocketPairChannel Far, HandOverArrival Arrival)> OpenAsync(HandOverPair pair, OpenStream open, byte[]? prelude = null)
    {
        var opening = pair.OpenStreamAsync(open, prelude);
        var (arrival, _) = await pair.NextAsync(); // served until the pair is disposed
        Assert.True(await arrival.AcceptAsync());
        Assert.True((await opening) is { IsAccepted: true, Channel: SocketPairChannel });
        return ((await opening)?.Channel as SocketPairChannel ?? throw new InvalidOperationException(), arrival.Pair ?? throw new InvalidOperationException("No pair."), arrival);
    }

    private static async Task WriteAllAsync(SocketPairChannel channel, byte[] bytes)
    {
        await channel.WriteAsync(bytes, Cancellation).BoundedAsync();
        await channel.CompleteWritesAsync(Cancellation).BoundedAsync();
    }

    private static async Task WaitUntilGoneAsync(CancellationToken gone)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = gone.Register(fired.SetResult);
        await fired.Task.BoundedAsync();
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }

    private static void AssertEnded(byte[] expected, (byte[] Bytes, ChannelReadStatus End) read)
    {
        Assert.Equal(ChannelReadStatus.End, read.End);
        Assert.Equal(expected, read.Bytes);
    }
}
