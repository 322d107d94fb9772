using System.Net.Sockets;
using Nexus.Edge.Listening;

namespace Nexus.Edge.Tests.Listening;

public sealed class AcceptErrorsTests
{
    [Theory]
    [InlineData(SocketError.ConnectionAborted, nameof(AcceptErrorAction.Ignore))]
    [InlineData(SocketError.HostUnreachable, nameof(AcceptErrorAction.Ignore))]
    [InlineData(SocketError.TooManyOpenSockets, nameof(AcceptErrorAction.BackOff))]
    [InlineData(SocketError.NoBufferSpaceAvailable, nameof(AcceptErrorAction.BackOff))]
    [InlineData(SocketError.NotSocket, nameof(AcceptErrorAction.Fatal))]
    [InlineData(SocketError.InvalidArgument, nameof(AcceptErrorAction.Fatal))]
    public void Classify_Error_HasItsTier(SocketError error, string action) => Assert.Equal(action, AcceptErrors.Classify(error).ToString());

    [Fact]
    public async Task BackOff_WaitsOnePause_AndWarnsOnceInARow()
    {
        var time = new ManualTimeProvider();
        var backOff = new AcceptBackOff(time);
        Assert.True(backOff.IsFirst);
        var waiting = backOff.WaitAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        time.Advance(AcceptBackOff.Pause);
        Assert.True(await waiting.BoundedAsync());
        Assert.False(backOff.IsFirst);
        backOff.Reset();
        Assert.True(backOff.IsFirst);
    }
}
