using System.Diagnostics;
using System.Net.Sockets;
using Nexus.Client.Streams;
using Nexus.Hub.Sessions;
using Nexus.Protocol.Backend;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Benchmarks.Siblings;

/// <summary>64 users of one backend over one loopback session, 63 of which ask every 20 ms and wait for the answer.</summary>
internal sealed class SiblingsRun : IAsyncDisposable
{
    private const int Users = 64;
    private const int MessageSize = 1024;
    private const int Credits = 64;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly List<SocketPair> _sockets = [];
    private readonly List<Socket> _users = [];
    private readonly List<Task> _services = [];
    private readonly CancellationTokenSource _stop = new();
    private EngineEnd? _hub;
    private EngineEnd? _client;
    private EngineStream? _stalled;

    /// <param name="isOneStalled">Whether the last user never reads what its service sends without end; else it asks like the others, unmeasured.</param>
    public static async Task<SiblingsRun> StartAsync(bool isOneStalled)
    {
        var run = new SiblingsRun();
        var session = await run.ConnectAsync();
        run._hub = new(session.Near, WebSocketRole.Server, DataFrame.MaxPayload);
        run._client = new(session.Far, WebSocketRole.Client, 16 * 1024);
        for (var i = 0; i < Users; i++)
        {
            var (user, service, id) = (await run.ConnectAsync(), await run.ConnectAsync(), StreamId.New());
            run._hub.Join(id, user.Near, new StreamCredits());
            var local = run._client.Join(id, service.Near, new ClientCredits(Credits));
            local.Grant(Credits); // as a client makes its hub count
            run._users.Add(user.Far);
            if (isOneStalled && i == Users - 1) run._stalled = local;
            run._services.Add(run._stalled == local ? run.SendWithoutEndAsync(service.Far) : run.EchoAsync(service.Far));
        }

        return run;
    }

    /// <summary>Round trips in milliseconds, after the stalled user has everything that it can be sent.</summary>
    public async Task<List<double>> MeasureAsync(TimeSpan duration)
    {
        using var tick = new PeriodicTimer(s_pause);
        while (_stalled is { IsStuck: false }) await tick.WaitForNextTickAsync();
        var all = await Task.WhenAll(_users.Select((user, i) => _stalled is not null && i == Users - 1 ? Task.FromResult(new List<double>()) : AskAsync(user, duration)));
        return [.. all.Take(Users - 1).SelectMany(times => times)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_services);
        if (_hub is not null) await _hub.DisposeAsync();
        if (_client is not null) await _client.DisposeAsync();
        foreach (var pair in _sockets) pair.Dispose();
        _stop.Dispose();
    }

    private static async Task<List<double>> AskAsync(Socket user, TimeSpan duration)
    {
        var (request, answer) = (new byte[MessageSize], new byte[MessageSize]);
        List<double> times = [];
        using var pace = new PeriodicTimer(s_pause);
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < duration; await pace.WaitForNextTickAsync())
        {
            var asked = Stopwatch.GetTimestamp();
            await user.SendAsync(request);
            for (var count = 0; count < MessageSize;) count += await user.ReceiveAsync(answer.AsMemory(count));
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }

        return times;
    }

    private async Task<SocketPair> ConnectAsync()
    {
        var pair = await SocketPair.ConnectAsync();
        _sockets.Add(pair);
        return pair;
    }

    private async Task EchoAsync(Socket service)
    {
        var buffer = new byte[MessageSize];
        try
        {
            while (await service.ReceiveAsync(buffer, _stop.Token) is > 0 and var count) await service.SendAsync(buffer.AsMemory(0, count), _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The end of the run.
        }
    }

    private async Task SendWithoutEndAsync(Socket service)
    {
        var block = new byte[64 * 1024];
        try
        {
            while (true) await service.SendAsync(block, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The end of the run.
        }
    }
}
