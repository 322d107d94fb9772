using System.Globalization;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration.Redis;

/// <summary>Decides which server a Redis resource is: a given one, redis-server, Garnet, or none.</summary>
internal sealed class RedisServers(IConfiguration configuration, ResourceConsole console, string appHostDirectory)
{
    private readonly Dictionary<IResource, RedisSettingsFile> _settings = [];
    private readonly Lock _lock = new();

    /// <summary>What is to be started for it, or null: the one who runs already, or nobody.</summary>
    public async Task<ResourceProgram?> ChooseAsync(RedisResource redis, CancellationToken cancellationToken)
    {
        if (configuration.GetConnectionString(redis.Name) is { Length: > 0 } given)
        {
            redis.UseGiven(given);
            Tell(redis, $"the server that ConnectionStrings:{redis.Name} names");
            return null;
        }
        if (SearchPath.Find("redis-server") is { } server)
        {
            var program = new ResourceProgram(server, [Keep(redis, RedisSettings(redis))], appHostDirectory);
            return UseOwn(redis, "redis-server", program);
        }
        if (GarnetTool.Find(appHostDirectory) is not { } garnet)
            return UseNone(redis, $"no manifest of .NET tools pins {GarnetTool.Command}");
        if (await garnet.RestoreAsync(text => Tell(redis, text), cancellationToken) is { } problem)
            return UseNone(redis, problem);
        return UseOwn(redis, "Garnet", new ResourceProgram(GarnetTool.DotnetPath, GarnetArguments(Keep(redis, GarnetSettings(redis))), garnet.Folder));
    }

    /// <summary>The server has read its settings, or never will.</summary>
    public void Forget(IResource redis)
    {
        lock (_lock)
        {
            if (_settings.Remove(redis, out var file))
                file.Dispose();
        }
    }

    public void ForgetAll()
    {
        lock (_lock)
        {
            foreach (var redis in _settings.Keys.ToList())
                Forget(redis);
        }
    }

    private string Keep(RedisResource redis, string text)
    {
        var file = new RedisSettingsFile(text);
        lock (_lock)
            _settings.Add(redis, file);
        return file.FilePath;
    }

    private ResourceProgram UseOwn(RedisResource redis, string name, ResourceProgram program)
    {
        redis.UseOwn();
        Tell(redis, string.Create(CultureInfo.InvariantCulture, $"{name} on {redis.PrimaryEndpoint.Host}:{redis.PrimaryEndpoint.Port}"));
        return program;
    }

    private ResourceProgram? UseNone(RedisResource redis, string whyNoGarnet)
    {
        redis.UseGiven("");
        Tell(redis, $"none: redis-server is not on the PATH, and of Garnet: {whyNoGarnet}");
        return null;
    }

    private void Tell(RedisResource redis, string text) => console.WriteLine($"{redis.Name}: {text}");

    /// <summary>In memory only.</summary>
    private static string RedisSettings(RedisResource redis) => string.Create(CultureInfo.InvariantCulture, $"""
        bind {redis.PrimaryEndpoint.Host}
        port {redis.PrimaryEndpoint.Port}
        requirepass {redis.Password}
        save ""
        appendonly no

        """);

    private static string GarnetSettings(RedisResource redis) => JsonSerializer.Serialize(new
    {
        Address = redis.PrimaryEndpoint.Host,
        redis.PrimaryEndpoint.Port,
        AuthenticationMode = "Password",
        redis.Password,
    });

    /// <summary>Small: what it takes by default is meant for a machine of its own.</summary>
    private static string[] GarnetArguments(string settings) =>
        ["tool", "run", GarnetTool.Command, "--", "--config-import-path", settings, "--memory", "64m", "--page", "1m", "--segment", "16m", "--index", "1m"];
}
