using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>What users of port 80 notice when a process of Nexus dies. Each test leaves the system whole for the next one.</summary>
public abstract class PlainHttpFailureTests(SystemUnderTest system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HubKilledInTheMiddleOfAnAnswer_TheAnswerIsBroken_AndAllIsBackAfterItsRestart()
    {
        var (user, service) = await BeginAnswerAsync();
        using var _ = user;
        using var __ = service;
        await system.Hub.KillAsync();
        Assert.False((await PlainAnswer.ReadAsync(user)).IsComplete);
        Assert.True(await service.IsEndedAsync(), "The service's connection stayed open.");

        system.Hub.Start();
        await system.Hub.WaitUntilHealthyAsync();
        await WaitUntilServedAsync();
    }

    [Fact]
    public async Task HubFrozenInTheMiddleOfAnAnswer_TheAnswerIsBroken()
    {
        var (user, service) = await BeginAnswerAsync();
        using var _ = user;
        using var __ = service;
        system.Hub.Process.Suspend();
        Assert.False((await PlainAnswer.ReadAsync(user)).IsComplete);
        system.Hub.Process.Resume();
        await WaitUntilServedAsync();
    }

    [Fact]
    public async Task ClientKilledInTheMiddleOfAnAnswer_TheAnswerIsBroken()
    {
        var (user, service) = await BeginAnswerAsync();
        using var _ = user;
        using var __ = service;
        system.Client.Kill();
        Assert.False((await PlainAnswer.ReadAsync(user)).IsComplete);
        await system.RestartClientAsync();
    }

    [Fact]
    public async Task EdgeKilledInTheMiddleOfAnAnswer_TheServiceIsClosed_AndAllIsBackAfterItsRestart()
    {
        var (user, service) = await BeginAnswerAsync();
        using var _ = user;
        using var __ = service;
        await system.Edge.KillAsync();
        Assert.True(await service.IsEndedAsync(), "The service's connection stayed open.");

        system.Edge.Start();
        await system.Edge.WaitUntilHealthyAsync();
        await WaitUntilServedAsync();
    }

    private async Task WaitUntilServedAsync()
    {
        using var user = system.Origin.CreateUser(system.PlainPort);
        await Eventually.SucceedsAsync(
            async () => await user.GetStringAsync(new Uri($"http://app.test:{system.PlainPort}/"), Cancellation) == TestOrigin.Greeting,
            () => $"No answer.\n{system.Hub.Process.Output}\n{system.Edge.Process.Output}");
    }

    /// <summary>A user who has got the first part of an answer that only its end completes.</summary>
    private async Task<(Socket User, Socket Service)> BeginAnswerAsync()
    {
        await WaitUntilServedAsync(); // whatever was killed before is back
        var (user, service) = await system.Raw.ConnectAsync(system.PlainPort);
        await service.SendAsync(PlainAnswer.Begin("xxx"), Cancellation).BoundedAsync();
        Assert.NotEqual(0, await user.ReceiveAsync(new byte[8], Cancellation).BoundedAsync());
        return (user, service);
    }
}
