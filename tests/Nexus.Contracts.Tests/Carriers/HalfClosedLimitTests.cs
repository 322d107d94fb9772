using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

/// <summary>What keeps a relay alive of which one side has ended.</summary>
public sealed class HalfClosedLimitTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly DuplexRelayOptions _options = new();

    /// <summary>A user cannot hold a connection for ever by sending a byte now and then that nobody takes.</summary>
    [Fact]
    public async Task BytesThatNobodyTakes_AfterTheEndOfTheCall_DoNotRestartIt()
    {
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            await channel.AcceptAsync();
            await channel.CompleteWritesAsync(CancellationToken.None);
            channel.End("backend_ended");
        });
        using var carrier = new GrpcCarrier(new GrpcCarrierOptions(), TimeProvider.System);
        var opened = await carrier.OpenAsync(host.Address, Opens.Some, default, CancellationToken.None).BoundedAsync();
        await using var call = Assert.IsType<RelayClientChannel>(opened.Channel);
        var user = new TricklingChannel();
        var relaying = DuplexRelay.RunAsync(user, call, _options, _time, TestContext.Current.CancellationToken);
        Assert.Equal(ChannelReadStatus.End, await call.WhenOverAsync().BoundedAsync());
        await _time.WaitForTimerAsync(_options.HalfClosedIdleTimeout, TestContext.Current.CancellationToken);

        for (var quarter = 0; quarter < 3; quarter++)
        {
            _time.Advance(_options.HalfClosedIdleTimeout / 4);
            await user.SayAsync().BoundedAsync();
            Assert.False(relaying.IsCompleted);
        }

        _time.Advance(_options.HalfClosedIdleTimeout / 4);
        Assert.Equal(new RelayEnd(RelayEndReason.IdleTimeout, RelaySide.None, 0, 0), await relaying.BoundedAsync());
    }

    /// <summary>An upload may go on behind the backend's FIN (spec/seen.md, case 2) as long as the backend takes it.</summary>
    [Fact]
    public async Task BytesThatTheBackendTakes_AfterItsFin_RestartIt()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var near = new SocketChannel(pair.Near);
        await using var backend = new SocketChannel(pair.Far);
        var user = new TricklingChannel();
        using var stop = new CancellationTokenSource();
        var armed = _time.WaitForTimerAsync(_options.HalfClosedIdleTimeout, TestContext.Current.CancellationToken);
        var relaying = DuplexRelay.RunAsync(user, near, _options, _time, stop.Token);
        await backend.CompleteWritesAsync(CancellationToken.None);
        await armed.BoundedAsync();

        for (var quarter = 0; quarter < 8; quarter++)
        {
            _time.Advance(_options.HalfClosedIdleTimeout / 4);
            await user.SayAsync().BoundedAsync();
        }

        Assert.False(relaying.IsCompleted);
        await stop.CancelAsync();
        Assert.Equal(8, (await relaying.BoundedAsync()).BytesFromFirst);
    }
}
