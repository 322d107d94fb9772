using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>What users notice when a process of Nexus dies. Each test leaves the system whole for the next one.</summary>
public abstract class FailureTests(SystemUnderTest system)
{
    // The issue's own limit for the client's return, counted from the moment the hub can be dialled again.
    private static readonly TimeSpan s_returnLimit = TimeSpan.FromSeconds(3) * TestTimeouts.Scale;

    private readonly SystemUnderTest _system = system;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("seen 12", "node 73")]
    public async Task HubKilled_UsersAreClosed_AndAllIsBackAfterItsRestart()
    {
        var (user, service) = await ConnectAsync();
        using var _ = user;
        using var __ = service;

        await _system.Hub.KillAsync();
        await AssertEndsWithItsHubAsync(user);
        Assert.True(await service.IsEndedAsync(), "The service's connection stayed open.");

        _system.Hub.Start();
        await _system.Hub.WaitUntilHealthyAsync();
        var took = await _system.WaitUntilServedAsync();
        Assert.True(took < s_returnLimit, $"It took {took}.\n{_system.Client.Output}");
    }

    [Fact]
    [Statement("node 74")]
    public async Task HubTerminated_TakesNobodyNew_AndLetsATransferFinish()
    {
        var (user, service) = await ConnectAsync();
        using var _ = user;
        _system.Hub.Process.Terminate();
        await Eventually.SucceedsAsync(
            async () =>
            {
                var (isTaken, _) = await TryAskAsync("app.test");
                return !isTaken;
            },
            () => $"New users were still served.\n{_system.Hub.Process.Output}");

        var answer = new byte[4 << 20];
        Random.Shared.NextBytes(answer);
        var received = RawService.ReadToEndAsync(user);
        await service.SendAsync(answer, Cancellation);
        service.Dispose();
        Assert.Equal(answer, await received);
        user.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await _system.Hub.Process.WaitForExitAsync(Cancellation));

        await _system.Hub.KillAsync(); // what is left of it
        _system.Hub.Start();
        await _system.Hub.WaitUntilHealthyAsync();
    }

    [Fact]
    public async Task MeshKilled_TrafficGoesOn_AlsoForNewUsers_AndItsRestartIsNoticed()
    {
        var (user, service) = await ConnectAsync();
        using var _ = user;
        using var __ = service;

        await _system.Mesh.KillAsync();
        await service.SendAsync("still here"u8.ToArray(), Cancellation);
        var buffer = new byte[10];
        Assert.Equal(10, await user.ReceiveAsync(buffer, Cancellation).BoundedAsync());
        await _system.WaitUntilServedAsync();

        _system.Mesh.Start();
        await _system.Mesh.WaitUntilHealthyAsync();
        await _system.WaitUntilServedAsync();
        await using var late = _system.StartClient("late.yaml", secret: null, "late.test");
        using var lateUser = _system.CreateUser();
        await Eventually.SucceedsAsync(
            async () =>
            {
                var (status, _) = await TryAskAsync("late.test");
                return status;
            },
            () => $"A route of after the restart never came to the edge.\n{_system.Edge.Process.Output}\n{_system.Hub.Process.Output}\n{late.Output}");
    }

    [Fact]
    public async Task EdgeKilled_ServesAgainAfterItsRestart()
    {
        var (user, service) = await ConnectAsync();
        using var _ = user;
        using var __ = service;

        await _system.Edge.KillAsync();
        await AssertEdgeIsMissedAsync(user, service);

        _system.Edge.Start();
        await _system.Edge.WaitUntilHealthyAsync();
        await _system.WaitUntilServedAsync();
    }

    [Fact]
    [Statement("node 73", "seen 11")]
    public async Task ClientKilled_UsersAreClosed_AndServedByTheNextOne()
    {
        var (user, service) = await ConnectAsync();
        using var _ = user;
        using var __ = service;

        _system.Client.Kill();
        Assert.StartsWith("HTTP/1.1 502 ", await ReadPageAsync(user), StringComparison.Ordinal); // nothing was answered yet

        await _system.RestartClientAsync();
        await _system.WaitUntilServedAsync();
    }

    /// <summary>A user that has got nothing yet, after its hub was killed.</summary>
    private protected abstract Task AssertEndsWithItsHubAsync(Socket user);

    /// <summary>What the edge's death means for a connection that came over it.</summary>
    private protected abstract Task AssertEdgeIsMissedAsync(Socket user, Socket service);

    /// <summary>A user of raw.test, once whatever the test before has killed is back.</summary>
    private async Task<(Socket User, Socket Service)> ConnectAsync()
    {
        await _system.WaitUntilServedAsync();
        return await _system.Raw.ConnectAsync(_system.RelayPort);
    }

    /// <summary>Whether a request with this name is taken by anybody.</summary>
    private async Task<(bool IsTaken, int Bytes)> TryAskAsync(string name)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, _system.PlainPort, Cancellation);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"), Cancellation);
        var answer = await RawService.ReadToEndAsync(socket);
        return (answer.AsSpan().IndexOf("200"u8) is > 0 and < 20, answer.Length);
    }

    private protected static async Task<string> ReadPageAsync(Socket user) => System.Text.Encoding.ASCII.GetString(await RawService.ReadToEndAsync(user));
}
