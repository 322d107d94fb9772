using System.Threading.Channels;
using Nexus.Acme.Issuing;
using Nexus.Acme.Keeping;
using Nexus.Acme.Tests.Scripted;

namespace Nexus.Acme.Tests.Keeping;

public sealed class CertificateKeeperTests : IAsyncLifetime
{
    private static readonly IssueRequest s_request = new() { Names = ["kept.example.com"] };
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryStore _store = new();
    private readonly Channel<KeptState> _states = Channel.CreateUnbounded<KeptState>();
    private ScriptedAuthority? _started;

    private ScriptedAuthority Authority => _started ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        _started = await ScriptedAuthority.StartAsync();
        Authority.Database.Ca.Time = _time;
        Authority.Database.Ca.Validity = TimeSpan.FromHours(6);
    }

    public ValueTask DisposeAsync() => Authority.DisposeAsync();

    [Fact]
    public async Task None_IsIssued_AndRenewedAtTwoThirdsOfItsLife() => await KeepAsync(async () =>
    {
        var first = await NextAsync();
        Assert.True(first is { IsNew: true, LastAttempt.Outcome: IssueOutcome.Issued });
        for (var renewal = 0; renewal < 3; renewal++)
        {
            var began = _time.GetUtcNow();
            Assert.InRange(first.NextAt - began, TimeSpan.FromHours(3.6), TimeSpan.FromHours(4.1));
            var next = await MoveUntilNextAsync(first.NextAt);
            Assert.NotEqual(first.Certificate?.SerialNumber, next.Certificate?.SerialNumber);
            Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromHours(3.6), TimeSpan.FromHours(4.2));
            first = next;
        }
    });

    [Fact]
    public async Task Stored_IsTakenWithoutAskingForAnother()
    {
        using (var before = new ScriptedIssuing(Authority, _store, time: _time)) await before.IssueAsync(s_request);
        await KeepAsync(async () =>
        {
            Assert.True(await NextAsync() is { IsNew: true, LastAttempt: null, Certificate: not null });
            Assert.Single(Authority.Database.Orders);
        });
    }

    [Fact]
    public async Task RunOut_IsIssuedAnew()
    {
        using (var before = new ScriptedIssuing(Authority, _store, time: _time)) await before.IssueAsync(s_request);
        _time.Advance(TimeSpan.FromHours(7));
        await KeepAsync(async () =>
        {
            var state = await NextAsync();
            if (state.LastAttempt is null) state = await NextAsync();
            Assert.True(state is { IsNew: true, LastAttempt.Outcome: IssueOutcome.Issued });
            Assert.True(state.Certificate?.NotAfter > _time.GetUtcNow());
        });
    }

    [Fact]
    public async Task AuthoritysWindow_IsFollowed_AndTheOldOneIsNamed()
    {
        // Before two thirds of its life, and before the authority is asked again.
        Authority.Database.Ca.Validity = TimeSpan.FromHours(2);
        var start = _time.GetUtcNow().AddMinutes(50);
        Authority.Database.Renewal = $$$"""{"suggestedWindow":{"start":"{{{start:O}}}","end":"{{{start.AddMinutes(5):O}}}"}}""";
        await KeepAsync(async () =>
        {
            var first = await NextAsync();
            Assert.InRange(first.NextAt, start, start.AddMinutes(5));
            await MoveUntilNextAsync(first.NextAt);
            Assert.Contains("replaces", Authority.Database.Orders.Last().Request, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task WindowInThePast_DoesNotRenewAgainAndAgain()
    {
        Authority.Database.Renewal = """{"suggestedWindow":{"start":"2020-01-01T00:00:00Z","end":"2020-01-02T00:00:00Z"}}""";
        await KeepAsync(async () =>
        {
            var first = await NextAsync();
            Assert.InRange(first.NextAt - _time.GetUtcNow(), TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
            await MoveUntilNextAsync(first.NextAt);
            Assert.Equal(2, Authority.Database.Orders.Count);
        });
    }

    [Fact]
    public async Task Failure_IsTold_TheOldOneStays_AndItIsTriedAgain() => await KeepAsync(async () =>
    {
        var first = await NextAsync();
        Authority.Script = what => what == "POST /new-order" ? ScriptedAnswer.Problem("serverInternal", 500) : null;
        var failed = await MoveUntilNextAsync(first.NextAt);
        Assert.True(failed is { IsNew: false, LastAttempt.Outcome: IssueOutcome.Failed });
        Assert.Equal(first.Certificate?.SerialNumber, failed.Certificate?.SerialNumber);
        Authority.Script = _ => null;
        Assert.True(await MoveUntilNextAsync(failed.NextAt) is { IsNew: true, LastAttempt.Outcome: IssueOutcome.Issued });
    });

    private async Task KeepAsync(Func<Task> test)
    {
        using var stop = new CancellationTokenSource();
        using var issuing = new ScriptedIssuing(Authority, _store, time: _time);
        var keeper = new CertificateKeeper(issuing.Authority, issuing.Issuer, s_request);
        var running = keeper.RunAsync(async (state, cancel) => await _states.Writer.WriteAsync(state, cancel), null, stop.Token);
        await test();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.BoundedAsync());
    }

    private Task<KeptState> NextAsync() => _states.Reader.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();

    // From one of the keeper's timers to the next; those of requests are shorter, and there are none while it waits.
    private async Task<KeptState> MoveUntilNextAsync(DateTimeOffset until)
    {
        var next = NextAsync();
        while (!next.IsCompleted && _time.GetUtcNow() < until)
        {
            var left = until - _time.GetUtcNow() + TimeSpan.FromMilliseconds(1);
            var step = left < TimeSpan.FromHours(1) ? left : TimeSpan.FromHours(1);
            await _time.WaitForTimerAsync(step, TestContext.Current.CancellationToken);
            _time.Advance(step);
        }

        return await next;
    }
}
