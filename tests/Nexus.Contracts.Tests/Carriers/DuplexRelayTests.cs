using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

public sealed class DuplexRelayTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly DuplexRelayOptions _options = new();
    private readonly CancellationTokenSource _stop = new();
    private SocketPair? _userPair;
    private SocketPair? _backendPair;
    private Task<RelayEnd> _relaying = Task.FromResult(default(RelayEnd));
    private SocketChannel? _user;
    private SocketChannel? _backend;

    private SocketChannel User => _user ?? throw new InvalidOperationException();

    private SocketChannel Backend => _backend ?? throw new InvalidOperationException();

    public async ValueTask InitializeAsync()
    {
        _userPair = await SocketPair.ConnectAsync();
        _backendPair = await SocketPair.ConnectAsync();
        _user = new SocketChannel(_userPair.Far);
        _backend = new SocketChannel(_backendPair.Far);
        _relaying = RelayAsync(_userPair, _backendPair);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _relaying.BoundedAsync();
        _userPair?.Dispose();
        _backendPair?.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task HalfClose_OfEitherSide_IsPassedOnAndTheOtherDirectionGoesOn()
    {
        await User.WriteTextAsync("request");
        await User.CompleteWritesAsync(CancellationToken.None);
        Assert.Equal("request", await Backend.ReadTextAsync(7));
        Assert.Equal(ChannelReadStatus.End, await Backend.ReadToEndAsync());

        await Backend.WriteTextAsync("the answer");
        await Backend.CompleteWritesAsync(CancellationToken.None);
        Assert.Equal("the answer", await User.ReadTextAsync(10));
        Assert.Equal(ChannelReadStatus.End, await User.ReadToEndAsync());

        Assert.Equal(new RelayEnd(RelayEndReason.Completed, RelaySide.First, 7, 10), await _relaying.BoundedAsync());
    }

    [Fact]
    public async Task Reset_OfTheUser_BreaksTheBackend()
    {
        User.Abort();

        Assert.Equal(ChannelReadStatus.Reset, await Backend.ReadToEndAsync());
        Assert.Equal(new RelayEnd(RelayEndReason.Reset, RelaySide.First, 0, 0), await _relaying.BoundedAsync());
    }

    [Fact]
    public async Task Reset_OfTheBackend_BreaksTheUser()
    {
        Backend.Abort();

        Assert.Equal(ChannelReadStatus.Reset, await User.ReadToEndAsync());
        Assert.Equal(new RelayEnd(RelayEndReason.Reset, RelaySide.Second, 0, 0), await _relaying.BoundedAsync());
    }

    [Fact]
    public async Task Idle_ForTheLimit_BreaksBoth()
    {
        _time.Advance(_options.IdleTimeout);

        Assert.Equal(new RelayEnd(RelayEndReason.IdleTimeout, RelaySide.None, 0, 0), await _relaying.BoundedAsync());
        Assert.Equal(ChannelReadStatus.Reset, await User.ReadToEndAsync());
        Assert.Equal(ChannelReadStatus.Reset, await Backend.ReadToEndAsync());
    }

    [Fact]
    public async Task Idle_BytesMeanwhile_StartTheLimitAnew()
    {
        _time.Advance(_options.IdleTimeout * 0.75);
        await User.WriteTextAsync("x");
        Assert.Equal("x", await Backend.ReadTextAsync(1));
        _time.Advance(_options.IdleTimeout * 0.75);
        Assert.False(_relaying.IsCompleted);

        await Backend.WriteTextAsync("y");
        Assert.Equal("y", await User.ReadTextAsync(1));
    }

    [Fact]
    public async Task Idle_AfterAHalfClose_HasTheShorterLimit()
    {
        await Backend.CompleteWritesAsync(CancellationToken.None);
        Assert.Equal(ChannelReadStatus.End, await User.ReadToEndAsync());

        _time.Advance(_options.HalfClosedIdleTimeout);

        Assert.Equal(RelayEndReason.IdleTimeout, (await _relaying.BoundedAsync()).Reason);
    }

    [Fact]
    public async Task Fault_OfAChannel_BreaksBoth_SoThatNobodyTakesTheRestForAll()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var user = new SocketChannel(pair.Near);
        await using var far = new SocketChannel(pair.Far);
        var faulty = new FaultyChannel();
        var relaying = DuplexRelay.RunAsync(user, faulty, _options, _time, CancellationToken.None);

        await far.WriteTextAsync("x");

        await Assert.ThrowsAsync<NotSupportedException>(() => relaying.BoundedAsync());
        Assert.True(faulty.IsAborted);
        Assert.Equal(ChannelReadStatus.Reset, await far.ReadToEndAsync());
    }

    [Fact]
    public async Task Cancel_BreaksBothAndReturns()
    {
        await _stop.CancelAsync();

        Assert.Equal(RelayEndReason.Cancelled, (await _relaying.BoundedAsync()).Reason);
        Assert.Equal(ChannelReadStatus.Reset, await User.ReadToEndAsync());
        Assert.Equal(ChannelReadStatus.Reset, await Backend.ReadToEndAsync());
    }

    private async Task<RelayEnd> RelayAsync(SocketPair user, SocketPair backend)
    {
        await using var first = new SocketChannel(user.Near);
        await using var second = new SocketChannel(backend.Near);
        return await DuplexRelay.RunAsync(first, second, _options, _time, _stop.Token);
    }
}
