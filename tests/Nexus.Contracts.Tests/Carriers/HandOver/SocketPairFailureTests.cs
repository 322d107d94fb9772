using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>Streams by a pair of sockets whose target's every word the test says, or does not.</summary>
[SupportedOSPlatform("linux")]
public sealed class SocketPairFailureTests : IAsyncDisposable
{
    private static readonly HandOverCarrierOptions s_options = new() { MaxInFlight = 1, OpenTimeout = TimeSpan.FromSeconds(5), KeepAliveDelay = TimeSpan.FromSeconds(6) };
    private static readonly OpenStream s_open = Opens.Some with { IsTls = false };

    private readonly ScriptedTarget _target = new();
    private readonly ManualTimeProvider _time = new();
    private readonly HandOverCarrier _carrier;

    public SocketPairFailureTests() => _carrier = new(s_options, _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _carrier.DisposeAsync().BoundedAsync();
        _target.Dispose();
    }

    [Fact]
    public async Task EndOfTheBytes_IsNoneBeforeTheWord_AndAnOrderlyOneWithIt()
    {
        var (caller, id, far, near) = await AcceptAsync();
        using var _ = caller;
        far.Send(new byte[] { 1, 2 });
        far.Dispose();
        var reading = near.ReadToEndAsync();
        Assert.False(reading.IsCompleted);
        await AssertNextOfferIsServedAsync(caller); // what the target had said before was heard by now

        Assert.False(reading.IsCompleted);
        caller.Send(HandOverFormat.Fin(id, 2));
        var (bytes, end) = await reading;
        Assert.Equal(ChannelReadStatus.End, end);
        Assert.Equal([1, 2], bytes);
    }

    [Fact]
    public async Task Word_ThatComesFirst_DoesNotEndWhatIsStillOnItsWay()
    {
        var (caller, id, far, near) = await AcceptAsync();
        using var _ = caller;
        caller.Send(HandOverFormat.Fin(id, 3));
        await AssertNextOfferIsServedAsync(caller);
        far.Send(new byte[] { 1, 2, 3 });
        Assert.Equal([1, 2, 3], await near.ReadAsync(3));
        Assert.Equal(ChannelReadStatus.Empty, near.TryRead(new byte[1]).Status);
        far.Dispose();
        Assert.Equal(ChannelReadStatus.End, (await near.ReadToEndAsync()).End);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    public async Task WordForAnotherLength_IsAReset(long bytes)
    {
        var (caller, id, far, near) = await AcceptAsync();
        using var _ = caller;
        far.Send(new byte[] { 1, 2 });
        far.Dispose();
        caller.Send(HandOverFormat.Fin(id, bytes));
        Assert.Equal(ChannelReadStatus.Reset, (await near.ReadToEndAsync()).End);
    }

    [Fact]
    public async Task TargetThatIsKilled_IsAReset_NotAnEnd()
    {
        var (caller, _, far, near) = await AcceptAsync();
        far.Send(new byte[] { 1, 2 });
        far.Dispose(); // as the kernel does, in any order
        caller.Dispose();
        Assert.Equal(ChannelReadStatus.Reset, (await near.ReadToEndAsync()).End);
        await Assert.ThrowsAsync<IOException>(() => near.WriteAsync(new byte[1], Cancellation).BoundedAsync());
    }

    [Fact]
    public async Task LastReportWithoutAFin_IsAReset()
    {
        var (caller, id, far, near) = await AcceptAsync();
        using var _ = caller;
        far.Dispose();
        caller.Send(HandOverFormat.Ended(id, 0, 0, "backend_ended"));
        Assert.Equal(ChannelReadStatus.Reset, (await near.ReadToEndAsync()).End);
    }

    [Fact]
    public async Task SilentTarget_ItsStreamsAreBroken()
    {
        var (caller, _, far, near) = await AcceptAsync();
        using var _ = caller;
        using var frozen = far;
        var reading = near.ReadToEndAsync();
        var began = Stopwatch.GetTimestamp();
        while (!reading.IsCompleted)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TestTimeouts.Default, "It was never given up.");
            _time.Advance(s_options.KeepAliveDelay);
            await Task.Yield();
        }

        Assert.Equal(ChannelReadStatus.Reset, (await reading).End);
    }

    [Fact]
    public async Task CancelledOpening_TouchesNoOtherStream_AndWhoAcceptsItFindsNobody()
    {
        var (caller, _, far, near) = await AcceptAsync();
        using var _ = caller;
        using var served = far;
        using var cancellation = new CancellationTokenSource();
        var opening = OpenAsync(cancellation.Token);
        var (late, taken) = await ScriptedTarget.ReceiveOfferAsync(caller);
        using var __ = taken;
        var inode = Descriptors.InodeOf(taken);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        Assert.Equal(HandOverFormat.Abort(late), (await ScriptedTarget.ReceiveAsync(caller)).Bytes);

        caller.Send(HandOverFormat.Accepted(late));
        Assert.Equal(0, await taken.ReceiveAsync(new byte[1], Cancellation).BoundedAsync());
        Assert.Equal(1, Descriptors.CountOf(inode));
        far.Send(new byte[] { 7 });
        Assert.Equal([7], await near.ReadAsync(1));
        await AssertNextOfferIsServedAsync(caller);
    }

    [Fact]
    public async Task OpeningThatTakesTooLong_MayBeTriedElsewhere_AndHasItsTurnUntilItIsAnswered()
    {
        var armed = _time.WaitForTimerAsync(s_options.OpenTimeout, Cancellation);
        var opening = OpenAsync(Cancellation);
        using var caller = await _target.WelcomeAsync();
        var (id, taken) = await ScriptedTarget.ReceiveOfferAsync(caller);
        using var _ = taken;
        await armed.BoundedAsync();
        _time.Advance(s_options.OpenTimeout);
        Assert.Equal(OpenRefusal.Timeout, (await opening)?.Refusal);
        Assert.Equal(HandOverFormat.Abort(id), (await ScriptedTarget.ReceiveAsync(caller)).Bytes);

        var next = OpenAsync(Cancellation);
        Assert.False(caller.Poll(0, SelectMode.SelectRead));
        caller.Send(HandOverFormat.Refused(id, OpenRefusal.NotFound, ""));
        (id, var second) = await ScriptedTarget.ReceiveOfferAsync(caller);
        second.Dispose();
        caller.Send(HandOverFormat.Refused(id, OpenRefusal.Unavailable, "full"));
        Assert.Equal(OpenStreamResult.Refused(OpenRefusal.Unavailable, "full"), await next);
    }

    [Fact]
    public async Task Refused_LeavesNoDescriptorBehind()
    {
        var opening = OpenAsync(Cancellation);
        using var caller = await _target.WelcomeAsync();
        var (id, taken) = await ScriptedTarget.ReceiveOfferAsync(caller);
        using var _ = taken;
        var inode = Descriptors.InodeOf(taken);
        caller.Send(HandOverFormat.Refused(id, OpenRefusal.ResourceExhausted, ""));
        Assert.Equal(OpenRefusal.ResourceExhausted, (await opening)?.Refusal);
        Assert.Equal(1, Descriptors.CountOf(inode));
        Assert.Equal(0, await taken.ReceiveAsync(new byte[1], Cancellation).BoundedAsync()); // the other end is closed too
    }

    [Fact]
    public async Task NobodyThere_IsNotPossible()
    {
        Assert.Null(await _carrier.TryOpenStreamAsync("/nowhere/at/all.sock", "x", s_open, default, Cancellation).AsTask().BoundedAsync());
        Assert.Null(await _carrier.TryOpenStreamAsync(_target.Path, "x", s_open, new byte[HandOverLimits.MaxPrelude + 1], Cancellation).AsTask().BoundedAsync());
    }

    [Fact]
    public async Task WordsThatFindNoRoom_AreSentLater_InTheirOrder()
    {
        const int Words = 10;
        using var dialled = HandOverSocket.Create();
        await dialled.ConnectAsync(new UnixDomainSocketEndPoint(_target.Path), Cancellation).BoundedAsync();
        using var caller = await _target.AcceptAsync();
        using var socket = new HandOverSocket(dialled);
        while (LinuxSockets.Send(dialled.SafeHandle, HandOverFormat.Of(HandOverMessageKind.Nop), null) == LinuxSockets.Success)
        {
            // Until there is no room.
        }

        for (var id = 1ul; id <= Words; id++) socket.Post(HandOverFormat.Abort(id));
        Assert.False(socket.WhenPostedAsync().IsCompleted);
        for (var id = 1ul; id <= Words; id++) Assert.Equal(HandOverFormat.Abort(id), (await ScriptedTarget.ReceiveAsync(caller)).Bytes);
        await socket.WhenPostedAsync().BoundedAsync();
    }

    private Task<OpenStreamResult?> OpenAsync(CancellationToken cancellationToken) =>
        _carrier.TryOpenStreamAsync(_target.Path, HandOverPair.TargetId, s_open, default, cancellationToken).AsTask().BoundedAsync();

    private async Task<(Socket Caller, ulong Id, Socket Far, IByteChannel Near)> AcceptAsync()
    {
        var opening = OpenAsync(Cancellation);
        var caller = await _target.WelcomeAsync();
        var (id, far) = await ScriptedTarget.ReceiveOfferAsync(caller);
        far.Blocking = false; // as it was made
        caller.Send(HandOverFormat.Accepted(id));
        return (caller, id, far, (await opening)?.Channel ?? throw new InvalidOperationException("Refused."));
    }

    private async Task AssertNextOfferIsServedAsync(Socket caller)
    {
        var opening = OpenAsync(Cancellation);
        var (id, taken) = await ScriptedTarget.ReceiveOfferAsync(caller);
        taken.Dispose();
        caller.Send(HandOverFormat.Refused(id, OpenRefusal.NotFound, ""));
        Assert.Equal(OpenRefusal.NotFound, (await opening)?.Refusal);
    }
}
