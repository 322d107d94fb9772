using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>Who owns the socket when something goes wrong.</summary>
[SupportedOSPlatform("linux")]
public sealed class HandOverFailureTests
{
    private static readonly HandOverCarrierOptions s_options = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refused_TheSocketIsTheCallersAsBefore()
    {
        await using var pair = new HandOverPair();
        using var user = await SocketPair.ConnectAsync();
        var offering = pair.OfferAsync(user);
        var (arrival, done) = await pair.NextAsync();
        await arrival.RefuseAsync(OpenRefusal.ResourceExhausted, "full");
        done.SetResult();

        Assert.Equal(HandOverResult.Refused(OpenRefusal.ResourceExhausted, "full"), await offering);
        await AssertIsUsableAsync(user);
    }

    [Fact]
    public async Task TargetThatAnswersTooLate_CanAcceptNothingMore_AndDoesNotTouchTheUser()
    {
        var time = new ManualTimeProvider();
        await using var pair = new HandOverPair(time);
        using var user = await SocketPair.ConnectAsync();
        var armed = time.WaitForTimerAsync(s_options.OpenTimeout, Cancellation);
        var offering = pair.OfferAsync(user);
        var (arrival, done) = await pair.NextAsync(); // the target is stopped here
        await armed.BoundedAsync();
        time.Advance(s_options.OpenTimeout);
        Assert.Equal(OpenRefusal.Timeout, (await offering).Refusal);

        Assert.False(await arrival.AcceptAsync()); // and goes on here
        arrival.User.Dispose();
        done.SetResult();
        await AssertIsUsableAsync(user);
    }

    [Fact]
    public async Task CancelledOffer_IsNeverTakenLater()
    {
        await using var pair = new HandOverPair();
        using var user = await SocketPair.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        var offering = pair.OfferAsync(user, cancellation: cancellation.Token);
        var (arrival, done) = await pair.NextAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => offering);

        Assert.False(await arrival.AcceptAsync());
        arrival.User.Dispose();
        done.SetResult();
        await AssertIsUsableAsync(user);
    }

    [Fact]
    public async Task AcceptanceThatWasSentBeforeTheTimeout_Counts_ThoughItIsReadAfter()
    {
        using var target = new ScriptedTarget();
        await using var carrier = new HandOverCarrier(s_options, TimeProvider.System);
        using var user = await SocketPair.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        var offering = carrier.TryOpenAsync(target.Path, HandOverPair.TargetId, HandOverPair.Request(), user.Far, cancellation.Token).AsTask();
        using var caller = await target.WelcomeAsync();
        var (id, taken) = await ScriptedTarget.ReceiveOfferAsync(caller);
        using var _ = taken;

        caller.Send(HandOverFormat.Accepted(id));
        await cancellation.CancelAsync();
        Assert.True((await offering.BoundedAsync()).IsAccepted);
    }

    [Fact]
    public async Task LostAfterTheOffer_IsUnreachable_AndTheSocketIsTheCallers()
    {
        using var target = new ScriptedTarget();
        await using var carrier = new HandOverCarrier(s_options, TimeProvider.System);
        using var user = await SocketPair.ConnectAsync();
        var offering = carrier.TryOpenAsync(target.Path, HandOverPair.TargetId, HandOverPair.Request(), user.Far, Cancellation).AsTask();
        var caller = await target.WelcomeAsync();
        var (_, taken) = await ScriptedTarget.ReceiveOfferAsync(caller);
        taken.Dispose();
        caller.Dispose();

        Assert.Equal(OpenRefusal.Unreachable, (await offering.BoundedAsync()).Refusal);
        await AssertIsUsableAsync(user);
    }

    [Fact]
    public async Task NobodyThere_IsNotPossible_AndNotTriedAgainBeforeThePause()
    {
        var time = new ManualTimeProvider();
        using var target = new ScriptedTarget();
        await using var carrier = new HandOverCarrier(s_options, time);
        using var user = await SocketPair.ConnectAsync();
        var refusing = OfferAsync();
        using (var caller = await target.AcceptAsync())
        {
            await ScriptedTarget.ReceiveAsync(caller);
            caller.Send(HandOverFormat.Of(HandOverMessageKind.HelloRefused));
            Assert.True((await refusing).IsNotPossible);
        }

        Assert.True((await OfferAsync()).IsNotPossible); // nobody is asked
        time.Advance(s_options.RetryPause);
        var again = OfferAsync();
        using var next = await target.WelcomeAsync();
        var (id, taken) = await ScriptedTarget.ReceiveOfferAsync(next);
        using var _ = taken;
        next.Send(HandOverFormat.Accepted(id));
        Assert.True((await again).IsAccepted);

        Task<HandOverResult> OfferAsync() => carrier.TryOpenAsync(target.Path, HandOverPair.TargetId, HandOverPair.Request(), user.Far, Cancellation).AsTask().BoundedAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("/nowhere/at/all.sock")]
    public async Task PathWithNothing_IsNotPossible(string path)
    {
        await using var carrier = new HandOverCarrier(s_options, TimeProvider.System);
        using var user = await SocketPair.ConnectAsync();
        Assert.True((await carrier.TryOpenAsync(path, "x", HandOverPair.Request(), user.Far, Cancellation).AsTask().BoundedAsync()).IsNotPossible);
        await AssertIsUsableAsync(user);
    }

    [Fact]
    public async Task AnotherProcessAtThePath_IsNotPossible()
    {
        await using var pair = new HandOverPair(targetId: "target-2");
        using var user = await SocketPair.ConnectAsync();
        Assert.True((await pair.OfferAsync(user)).IsNotPossible);
    }

    [Fact]
    public async Task LargestPrelude_FitsIntoOneMessage_AndOneMoreByteIsNotPossible()
    {
        await using var pair = new HandOverPair();
        using var user = await SocketPair.ConnectAsync();
        Assert.True((await pair.OfferAsync(user, HandOverPair.Request(new byte[HandOverLimits.MaxPrelude + 1]))).IsNotPossible);

        var (_, arrival) = await pair.HandOverAsync(user, HandOverPair.Request(new byte[HandOverLimits.MaxPrelude], new byte[HandOverLimits.MaxLastWords]));
        using var taken = arrival.User;
        Assert.Equal(HandOverLimits.MaxPrelude, arrival.Prelude.Length);
    }

    [Fact]
    public async Task SilentTarget_ItsUsersAreReset_AndOneThatAnswersIsLeftAlone()
    {
        var time = new ManualTimeProvider();
        using var target = new ScriptedTarget();
        await using var carrier = new HandOverCarrier(s_options, time);
        using var user = await SocketPair.ConnectAsync();
        var offering = carrier.TryOpenAsync(target.Path, HandOverPair.TargetId, HandOverPair.Request(), user.Far, Cancellation).AsTask();
        using var caller = await target.WelcomeAsync();
        var (id, taken) = await ScriptedTarget.ReceiveOfferAsync(caller);
        using var _ = taken; // frozen, it keeps it
        caller.Send(HandOverFormat.Accepted(id));
        var stream = (await offering.BoundedAsync()).Stream ?? throw new InvalidOperationException();

        for (var answers = 0; answers < 3; answers++)
        {
            time.Advance(s_options.KeepAliveDelay);
            Assert.Equal(HandOverFormat.Of(HandOverMessageKind.Ping), (await ScriptedTarget.ReceiveAsync(caller)).Bytes);
            caller.Send(HandOverFormat.Of(HandOverMessageKind.Pong));
            await AssertNextOfferAsync(carrier, target.Path, caller); // behind the answer: it was read
        }

        var began = Stopwatch.GetTimestamp();
        while (!stream.Ended.IsCompleted)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TestTimeouts.Default, "It was never given up.");
            time.Advance(s_options.KeepAliveDelay);
            await Task.Yield();
        }

        var reset = await Assert.ThrowsAsync<SocketException>(() => user.Near.ReceiveAsync(new byte[1], Cancellation).BoundedAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task OffersInFlight_AreBounded_TheNextOneWaitsForAnAnswer()
    {
        using var target = new ScriptedTarget();
        await using var carrier = new HandOverCarrier(new HandOverCarrierOptions { MaxInFlight = 1 }, TimeProvider.System);
        using var first = await SocketPair.ConnectAsync();
        using var second = await SocketPair.ConnectAsync();
        var offering = carrier.TryOpenAsync(target.Path, HandOverPair.TargetId, HandOverPair.Request(), first.Far, Cancellation).AsTask();
        using var caller = await target.WelcomeAsync();
        var (id, taken) = await ScriptedTarget.ReceiveOfferAsync(caller);
        taken.Dispose();
        var waiting = carrier.TryOpenAsync(target.Path, HandOverPair.TargetId, HandOverPair.Request(), second.Far, Cancellation).AsTask();
        Assert.False(caller.Poll(0, SelectMode.SelectRead));

        caller.Send(HandOverFormat.Refused(id, OpenRefusal.NotFound, ""));
        Assert.Equal(OpenRefusal.NotFound, (await offering.BoundedAsync()).Refusal);
        (id, taken) = await ScriptedTarget.ReceiveOfferAsync(caller);
        taken.Dispose();
        caller.Send(HandOverFormat.Refused(id, OpenRefusal.Unavailable, ""));
        Assert.Equal(OpenRefusal.Unavailable, (await waiting.BoundedAsync()).Refusal);
    }

    private static async Task AssertNextOfferAsync(HandOverCarrier carrier, string path, Socket caller)
    {
        using var user = await SocketPair.ConnectAsync();
        var offering = carrier.TryOpenAsync(path, HandOverPair.TargetId, HandOverPair.Request(), user.Far, Cancellation).AsTask();
        var (id, taken) = await ScriptedTarget.ReceiveOfferAsync(caller);
        taken.Dispose();
        caller.Send(HandOverFormat.Refused(id, OpenRefusal.NotFound, ""));
        Assert.Equal(OpenRefusal.NotFound, (await offering.BoundedAsync()).Refusal);
    }

    private static async Task AssertIsUsableAsync(SocketPair user)
    {
        var buffer = new byte[4];
        await user.Near.SendAsync("up"u8.ToArray(), Cancellation);
        Assert.Equal(2, await user.Far.ReceiveAsync(buffer, Cancellation).BoundedAsync());
        await user.Far.SendAsync("down"u8.ToArray(), Cancellation);
        Assert.Equal(4, await user.Near.ReceiveAsync(buffer, Cancellation).BoundedAsync());
    }
}
