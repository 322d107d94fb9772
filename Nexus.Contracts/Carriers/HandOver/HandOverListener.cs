using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>A target's end of the hand-over: takes connections from callers of the same user, or root, on the same host.</summary>
[SupportedOSPlatform("linux")]
public sealed class HandOverListener : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Backlog = 64;
    private const int MaxCallers = 256; // edges of one host, and those that do not say hello

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<HandOverCaller, Task> _callers = new();

    private HandOverListener(Socket listener, string path, TimeProvider time)
    {
        _listener = listener;
        _path = path;
        _time = time;
    }

    /// <summary>Listens; what a dead process left at the path is removed.</summary>
    /// <exception cref="IOException">The path is in use, or not ours.</exception>
    public static HandOverListener Bind(string path, TimeProvider time)
    {
        if (!HandOverPath.IsValid(path)) throw new IOException($"{path} is no path for a socket.");
        var listener = HandOverSocket.Create();
        try
        {
            RemoveStale(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, OwnerOnly);
            listener.Listen(Backlog);
            return new(listener, path, time);
        }
        catch (Exception e) when (e is SocketException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw new IOException($"Cannot listen at {path}: {e.Message}", e);
        }
        catch (IOException)
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Serves callers until <see cref="DisposeAsync"/>.</summary>
    /// <param name="targetId">Who we are: callers that mean somebody else are sent away.</param>
    /// <param name="serve">Takes one arrival from its offer to its end; must not throw.</param>
    public Task RunAsync(string targetId, Func<HandOverArrival, Task> serve) => RunAsync(id => id == targetId, serve);

    /// <summary>The same for a process that is several targets.</summary>
    /// <param name="isTarget">Whether it is the one that a caller means.</param>
    /// <param name="serve">Takes one arrival from its offer to its end; must not throw.</param>
    public async Task RunAsync(Func<string, bool> isTarget, Func<HandOverArrival, Task> serve)
    {
        while (await AcceptAsync().ConfigureAwait(false) is { } connection)
        {
            if (_callers.Keys.Count(caller => caller.IsConnected) >= MaxCallers || !HandOverSocket.IsOurs(connection))
            {
                connection.Dispose();
                continue;
            }

            var caller = new HandOverCaller(new HandOverSocket(connection), isTarget, serve, _time);
            _callers[caller] = Task.CompletedTask; // so that its end finds it
            _callers.TryUpdate(caller, RunAsync(caller), Task.CompletedTask);
        }
    }

    /// <summary>Stops listening, waits for what is being served, and ends the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        File.Delete(_path);
        await Task.WhenAll(_callers.Keys.Select(caller => caller.StopAsync())).ConfigureAwait(false);
        await Task.WhenAll(_callers.Values).ConfigureAwait(false);
    }

    private async Task RunAsync(HandOverCaller caller)
    {
        await caller.RunAsync().ConfigureAwait(false);
        _callers.TryRemove(caller, out _);
    }

    /// <summary>Null at the end.</summary>
    private async ValueTask<Socket?> AcceptAsync()
    {
        while (true)
        {
            try
            {
                return await _listener.AcceptAsync().ConfigureAwait(false);
            }
            catch (SocketException e) when (e.SocketErrorCode != SocketError.OperationAborted && e.SocketErrorCode != SocketError.Interrupted)
            {
                await Task.Delay(s_pause, _time).ConfigureAwait(false); // out of descriptors, most likely
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return null;
            }
        }
    }

    private static void RemoveStale(string path)
    {
        if (LinuxSockets.Look(path) is null) return;
        if (!HandOverPath.IsDead(path)) throw new IOException($"Somebody listens at {path}, or something else is there.");
        File.Delete(path);
    }
}
