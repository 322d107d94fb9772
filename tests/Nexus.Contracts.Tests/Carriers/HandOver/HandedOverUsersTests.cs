using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Grpc.Core;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>Users who are handed over, as a reception gets them.</summary>
[SupportedOSPlatform("linux")]
public sealed class HandedOverUsersTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly HandOverCarrier _carrier = new(new(), TimeProvider.System);
    private readonly TaskCompletionSource<Exception> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HandOverListener? _listener;
    private HandedOverUsers? _users;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => _folder.PathOf("target.sock");

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux passes sockets.");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _carrier.DisposeAsync().BoundedAsync();
        if (_users is not null) await _users.StopWaitingAsync();
        if (_listener is not null) await _listener.DisposeAsync().BoundedAsync();
        await _running.BoundedAsync();
        _users?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task User_ThatIsTakenLate_IsServedToItsEnd()
    {
        var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource<OpenStream?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Receive(async (open, user, _) =>
        {
            asked.SetResult(open);
            await place.Task;
            return ScriptedReception.Echo(user);
        });
        using var user = await SocketPair.ConnectAsync();
        var offering = OfferAsync(user, "first ");
        Assert.Equal(Opens.Some, await asked.Task.BoundedAsync());
        Assert.False(offering.IsCompleted); // nobody has it yet
        place.SetResult();

        var result = await offering.BoundedAsync();
        Assert.True(result.IsAccepted);
        await using var near = new NetworkStream(user.Near);
        await near.WriteAsync("words"u8.ToArray(), Cancellation);
        user.Near.Shutdown(SocketShutdown.Send);
        var answer = new byte["first words".Length];
        await near.ReadExactlyAsync(answer, Cancellation).BoundedAsync();
        Assert.Equal("first words", Encoding.UTF8.GetString(answer));
        user.Near.Dispose();
        Assert.Equal(new HandOverEnd("backend_ended", answer.Length, answer.Length), await result.Stream.Ended.BoundedAsync());
    }

    [Theory]
    [InlineData(StatusCode.NotFound, OpenRefusal.NotFound)]
    [InlineData(StatusCode.Unavailable, OpenRefusal.Unavailable)]
    [InlineData(StatusCode.Unimplemented, OpenRefusal.Rejected)]
    public async Task Refusal_ReachesTheCaller_WithItsWord(StatusCode status, OpenRefusal expected)
    {
        Receive((_, _, _) => ValueTask.FromResult(Reception.Refused(status, "some_reason")));
        using var user = await SocketPair.ConnectAsync();
        var result = await OfferAsync(user, "").BoundedAsync();
        Assert.Equal((expected, "some_reason"), (result.Refusal, result.Detail));
    }

    [Fact]
    public async Task CallerThatGivesAStreamUp_EndsTheOpening()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Receive(async (_, _, gone) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ended.SetResult();
            return Reception.Refused(StatusCode.Unavailable, "gone");
        });
        using var patience = new CancellationTokenSource();
        var opening = _carrier.TryOpenStreamAsync(Path, HandOverPair.TargetId, Opens.Some, default, patience.Token).AsTask();
        await asked.Task.BoundedAsync();
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.BoundedAsync());
        await ended.Task.BoundedAsync();
    }

    [Fact]
    public async Task ReceptionThatFails_IsARefusal_AndIsToldOf()
    {
        Receive((_, _, _) => throw new InvalidOperationException("a bug"));
        using var user = await SocketPair.ConnectAsync();
        var result = await OfferAsync(user, "").BoundedAsync();
        Assert.Equal((OpenRefusal.Rejected, "fault"), (result.Refusal, result.Detail));
        Assert.Equal("a bug", (await _fault.Task.BoundedAsync()).Message);
    }

    private void Receive(Func<OpenStream?, IByteChannel, CancellationToken, ValueTask<Reception>> open)
    {
        _users = new HandedOverUsers(new ScriptedReception(open), TimeProvider.System, _fault.SetResult);
        _listener = HandOverListener.Bind(Path, TimeProvider.System);
        _running = _listener.RunAsync(id => id.StartsWith("target", StringComparison.Ordinal), _users.ServeAsync);
    }

    private Task<HandOverResult> OfferAsync(SocketPair user, string prelude) =>
        _carrier.TryOpenAsync(Path, HandOverPair.TargetId, HandOverPair.Request(Encoding.UTF8.GetBytes(prelude)), user.Far, Cancellation).AsTask();
}
