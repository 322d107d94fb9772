using System.Globalization;
using System.Text;
using Xunit;

namespace Nexus.Testing;

/// <summary>A real Redis, or Garnet, on a loopback port of its own, in memory only: killed, it comes back empty at the same port.</summary>
public sealed class RedisUnderTest : IAsyncDisposable
{
    private readonly FreePort _port = FreePort.Reserve();
    private readonly TemporaryFolder _folder = new();
    private readonly RedisKind _kind;
    private readonly string _program;
    private readonly string[] _arguments;
    private RealProcess? _process;

    private RedisUnderTest(RedisKind kind, string program, string[] arguments) => (_kind, _program, _arguments) = (kind, program, arguments);

    public int Port => _port.Port;

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("It does not run.");

    /// <summary>As ConnectionStrings:redis has it.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The password of commands by <see cref="SendAsync"/>; null: none.</summary>
    public string? Password { get; set; }

    /// <summary>Returns when it answers; skips the running test where the server is not to be had.</summary>
    public static async Task<RedisUnderTest> StartAsync(RedisKind kind, params string[] arguments)
    {
        var program = kind == RedisKind.Garnet ? await GarnetProgram.SkipUnlessRestoredAsync() : DebianProgram.SkipUnlessInstalled("redis-server");
        var redis = new RedisUnderTest(kind, program, arguments);
        try
        {
            await redis.StartAsync();
            return redis;
        }
        catch (Exception ex) when (ex is TimeoutException or OperationCanceledException)
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    /// <summary>Null before the start, and after <see cref="KillAsync"/>.</summary>
    public RealProcess? Process => _process;

    /// <summary>Starts it (again), empty.</summary>
    public async Task StartAsync()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        _process = _kind == RedisKind.Garnet
            ? RealProcess.StartDotnet(_program, ["--bind", "127.0.0.1", "--port", port, "--memory", "64m", "--page", "1m", "--segment", "16m", "--index", "1m", .. _arguments], workingDirectory: _folder.Path)
            : RealProcess.Start(_program, ["--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", _folder.Path, .. _arguments]);
        await Eventually.SucceedsAsync(IsUpAsync, () => $"No {_kind} at port {Port}. It printed:\n{_process.Output}");
    }

    /// <summary>kill -9: all that it had is lost.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Returns when it is there but does not answer: all its threads stand, which takes a moment after the signal.</summary>
    public Task SuspendAsync() => _process?.SuspendAsync() ?? Task.CompletedTask;

    /// <summary>It goes on after <see cref="SuspendAsync"/>.</summary>
    public void Resume() => _process?.Resume();

    /// <summary>One command on a connection of its own.</summary>
    public async Task<object?> SendAsync(params string[] command)
    {
        using var connection = await RespConnection.OpenAsync(Port);
        if (Password is not null) await connection.SendAsync("AUTH", Password);
        return await connection.SendAsync(command);
    }

    /// <summary>Every key with all that is in it, and the last commands that it was given, a line each; of few keys.</summary>
    public async Task<string> ReadAllAsync()
    {
        var all = new StringBuilder();
        foreach (var key in await SendAsync("KEYS", "*") as object?[] ?? [])
        {
            var name = $"{key}";
            var value = await SendAsync("TYPE", name) switch
            {
                "string" => await SendAsync("GET", name),
                "hash" => await SendAsync("HGETALL", name),
                "set" => await SendAsync("SMEMBERS", name),
                var type => throw new InvalidOperationException($"{name} is a {type}: how is that read?"),
            };
            all.AppendLine(name);
            Append(all, value);
        }

        Append(all, await SendAsync("SLOWLOG", "GET", "-1"));
        return all.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _port.Dispose();
        _folder.Dispose();
    }

    private static void Append(StringBuilder all, object? value)
    {
        if (value is object?[] items) foreach (var item in items) Append(all, item);
        else all.Append(CultureInfo.InvariantCulture, $"{value}").AppendLine();
    }

    private async Task<bool> IsUpAsync()
    {
        Assert.False(_process?.HasExited, $"{_kind} ended. It printed:\n{_process?.Output}");
        try
        {
            return await SendAsync("PING") is "PONG";
        }
        catch (InvalidOperationException ex) when (ex.Message.StartsWith("NOAUTH", StringComparison.Ordinal))
        {
            return true;
        }
    }
}
