using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Nexus.ServiceDefaults.Tests;

public sealed class DrainTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Stop_WhileAStepRuns_IsUnreadyButAliveAndServing()
    {
        await using var service = new ServiceUnderTest(ServiceUnderTest.HttpEndpoint);
        var step = new SyncPoint();
        service.App.Services.GetRequiredService<Drain>().Register(DrainStage.Finish, "test", step.ArriveAsync);
        await service.StartAsync();
        var address = service.Addresses[0];
        using var before = await service.GetAsync(address, "/health");
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        var stopping = service.App.StopAsync(TestContext.Current.CancellationToken);
        await step.WaitForArrivalAsync(TestContext.Current.CancellationToken);
        using var health = await service.GetAsync(address, "/health");
        using var alive = await service.GetAsync(address, "/alive");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);

        step.Release();
        await stopping.BoundedAsync();
    }

    [Fact]
    public async Task Steps_OfSeveralStages_RunStageAfterStage()
    {
        await using var service = Service();
        var drain = service.App.Services.GetRequiredService<Drain>();
        var order = new List<string>();
        drain.Register(DrainStage.Finish, "c", _ => Note(order, "finish"));
        drain.Register(DrainStage.StopAccepting, "a", _ => Note(order, "stop accepting"));
        drain.Register(DrainStage.Withdraw, "b", _ => Note(order, "withdraw"));
        drain.Register(DrainStage.Withdraw, "gone", _ => Note(order, "never")).Dispose();
        Assert.False(drain.IsDraining);

        await drain.RunAsync(TestContext.Current.CancellationToken).BoundedAsync();

        Assert.True(drain.IsDraining);
        Assert.Equal(["stop accepting", "withdraw", "finish"], order);
    }

    [Fact]
    public async Task Step_ThatNeverEnds_IsLeftAtTheLimit()
    {
        await using var service = Service();
        var drain = service.App.Services.GetRequiredService<Drain>();
        var never = new SyncPoint();
        drain.Register(DrainStage.Finish, "stuck", _ => never.ArriveAsync(CancellationToken.None));

        var running = drain.RunAsync(TestContext.Current.CancellationToken);
        await never.WaitForArrivalAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(running.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        await running.BoundedAsync();
        await service.Logs.WaitForAsync(entry => entry.Message.Contains("stuck", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        never.Release();
    }

    [Fact]
    public async Task Step_ThatFails_DoesNotStopTheOthers()
    {
        await using var service = Service();
        var drain = service.App.Services.GetRequiredService<Drain>();
        var order = new List<string>();
        drain.Register(DrainStage.StopAccepting, "broken", _ => throw new InvalidOperationException("broken"));
        drain.Register(DrainStage.Finish, "next", _ => Note(order, "next"));

        await drain.RunAsync(TestContext.Current.CancellationToken).BoundedAsync();

        Assert.Equal(["next"], order);
        Assert.Single(service.Logs.At(LogLevel.Error));
    }

    private static Task Note(List<string> order, string what)
    {
        order.Add(what);
        return Task.CompletedTask;
    }

    private ServiceUnderTest Service()
    {
        var service = new ServiceUnderTest(ServiceUnderTest.HttpEndpoint);
        service.Builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
        return service;
    }
}
