using System.Net.Sockets;
using System.Runtime.Versioning;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers.HandOver;

[SupportedOSPlatform("linux")]
public sealed class HandOverCarrierTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Offer_ThatIsAccepted_GivesTheTargetTheConnection_WithAllThatGoesWithIt()
    {
        await using var pair = new HandOverPair();
        using var user = await SocketPair.ConnectAsync();
        var (stream, arrival) = await pair.HandOverAsync(user, HandOverPair.Request([1, 2, 3], [4, 5]));
        using var taken = arrival.User;

        Assert.Equal(Opens.Some, arrival.Open);
        Assert.Equal([1, 2, 3], arrival.Prelude.ToArray());
        Assert.Equal([4, 5], arrival.LastWords.ToArray());
        await AssertCarriesAsync(user.Near, taken);

        await arrival.EndAsync("backend_ended", 10, 20);
        Assert.Equal(new HandOverEnd("backend_ended", 10, 20), await stream.Ended.BoundedAsync());
    }

    [Fact]
    public async Task AcceptedSocket_IsWatchedByNoEpollInstanceOfItsFirstOwner_HoweverBusyItIs()
    {
        await using var pair = new HandOverPair();
        using var user = await SocketPair.ConnectAsync();
        var inode = Descriptors.InodeOf(user.Far);
        var waiting = user.Far.ReceiveAsync(new byte[1], Cancellation);
        await user.Near.SendAsync(new byte[1], Cancellation);
        await waiting.BoundedAsync();
        Assert.True(Descriptors.AnyEpollWatches(inode)); // else this would show nothing
        var (_, arrival) = await pair.HandOverAsync(user);

        Assert.False(Descriptors.AnyEpollWatches(inode));
        using var taken = arrival.User;
        Assert.Equal(inode, Descriptors.InodeOf(taken));
        await AssertCarriesAsync(user.Near, taken); // by the second owner, which is this process too, under another number
    }

    [Fact]
    public async Task TargetThatDies_LeavesNoDescriptorBehind_AndItsUserIsReset()
    {
        using var target = new ScriptedTarget();
        await using var carrier = new HandOverCarrier(new HandOverCarrierOptions(), TimeProvider.System);
        using var user = await SocketPair.ConnectAsync();
        var inode = Descriptors.InodeOf(user.Far);
        var offering = carrier.TryOpenAsync(target.Path, HandOverPair.TargetId, HandOverPair.Request(), user.Far, Cancellation).AsTask();
        using var caller = await target.WelcomeAsync();
        var (id, taken) = await ScriptedTarget.ReceiveOfferAsync(caller);
        caller.Send(HandOverFormat.Accepted(id));
        var result = await offering.BoundedAsync();
        Assert.True(result.IsAccepted);
        Assert.Equal(2, Descriptors.CountOf(inode)); // the target's, and the one that is kept to tell the user
        taken.LingerState = new LingerOption(true, 0);

        taken.Dispose(); // as the kernel does for a process that is killed
        caller.Dispose();
        Assert.Null((await result.Stream.Ended.BoundedAsync()).Reason);
        Assert.Equal(0, Descriptors.CountOf(inode));
        var reset = await Assert.ThrowsAsync<SocketException>(() => user.Near.ReceiveAsync(new byte[1], Cancellation).BoundedAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    private static async Task AssertCarriesAsync(Socket user, Socket taken)
    {
        var buffer = new byte[8];
        await user.SendAsync("up"u8.ToArray(), Cancellation);
        Assert.Equal(2, await taken.ReceiveAsync(buffer, Cancellation).BoundedAsync());
        await taken.SendAsync("down"u8.ToArray(), Cancellation);
        Assert.Equal(4, await user.ReceiveAsync(buffer, Cancellation).BoundedAsync());
    }
}
