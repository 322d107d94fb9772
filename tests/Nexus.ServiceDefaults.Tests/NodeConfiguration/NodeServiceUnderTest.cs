using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.ServiceDefaults.Tests.NodeConfiguration;

/// <summary>A real service that takes two keys of a file, one of them only at its start, and a clock that we move.</summary>
internal sealed class NodeServiceUnderTest : IAsyncDisposable
{
    public static readonly NodeKeyMap Map = new()
    {
        Service = "test",
        Uses =
        [
            new("idleTimeoutSeconds", "Nexus:Test:Sample:Patience") { IsReloadable = true },
            new("stunPort", "Nexus:Test:Sample:Port"),
            new("backendsJWTSecret", "Nexus:Test:Sample:Name") { IsReloadable = true },
        ],
        Requirements = [new(["backendsJWTSecret"], "is needed.")],
    };

    private readonly TemporaryFolder _folder = new();

    public NodeServiceUnderTest(string text, params (string Key, string Value)[] overrides)
    {
        Path = _folder.PathOf("config.yaml");
        Write(text);
        Builder = NexusHost.CreateBuilder(["--config", Path], Map);
        Builder.Configuration.AddInMemoryCollection(ServiceUnderTest.HttpEndpoint);
        Builder.Configuration.AddInMemoryCollection(overrides.Select(pair => KeyValuePair.Create<string, string?>(pair.Key, pair.Value)));
        Builder.Logging.ClearProviders().AddProvider(Logs);
        Builder.Services.AddSingleton<TimeProvider>(Time);
        Builder.AddServiceDefaults();
        Builder.AddValidatedOptions<SampleOptions, SampleOptionsValidator>(SampleOptions.SectionName);
    }

    public string Path { get; }

    public ManualTimeProvider Time { get; } = new();

    public LogCollector Logs { get; } = new();

    public WebApplicationBuilder Builder { get; }

    public WebApplication App => field ??= Builder.Build();

    public SampleOptions Options => App.Services.GetRequiredService<IOptionsMonitor<SampleOptions>>().CurrentValue;

    public NodeFileWatcher Watcher => App.Services.GetServices<IHostedService>().OfType<NodeFileWatcher>().Single();

    public IReadOnlyList<CollectedLog> Said => Logs.Of(nameof(NodeFileWatcher));

    public Task StartAsync() => App.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>As editors do: another file takes the name.</summary>
    public void Write(string text)
    {
        File.WriteAllText(Path + ".new", text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(Path + ".new", Path, overwrite: true);
    }

    /// <summary>Changes the file, as SIGHUP does asks for it to be read, and waits for what is said about it.</summary>
    public async Task<string> ReloadAsync(string text)
    {
        var said = Said.Count;
        Write(text);
        Watcher.RequestReload();
        return await NextFrom(said);
    }

    /// <summary>The next thing that the watcher says after so many.</summary>
    public async Task<string> NextFrom(int count)
    {
        await Logs.WaitForAsync(_ => Said.Count > count, TestContext.Current.CancellationToken);
        return Said[count].Message;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        _folder.Dispose();
    }
}
