using System.Diagnostics.Metrics;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Identities;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Store;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>The mesh service on a free port, called as other services call it.</summary>
internal sealed class MeshUnderTest : IAsyncDisposable
{
    private readonly List<GrpcChannel> _channels = [];
    private readonly ManualTimeProvider? _time;

    private MeshUnderTest(WebApplication app, LogCollector logs, ManualTimeProvider? time)
    {
        App = app;
        Logs = logs;
        _time = time;
        Metrics = new MetricRecorder(app.Services.GetRequiredService<IMeterFactory>(), "Nexus.Mesh");
    }

    public WebApplication App { get; }

    public LogCollector Logs { get; }

    public ManualTimeProvider Time => _time ?? throw new InvalidOperationException("This mesh runs by the real clock.");

    public MetricRecorder Metrics { get; }

    public Nexus.Mesh.Directory.RouteDirectory Directory => App.Services.GetRequiredService<Nexus.Mesh.Directory.RouteDirectory>();

    public static Task<MeshUnderTest> StartAsync(params (string Key, string Value)[] settings) => StartAsync(new ManualTimeProvider(), settings);

    /// <param name="time">Null: the real clock, as Redis has it.</param>
    /// <param name="settings">Of the configuration.</param>
    public static async Task<MeshUnderTest> StartAsync(ManualTimeProvider? time, params (string Key, string Value)[] settings)
    {
        var logs = new LogCollector();
        var builder = NexusHost.CreateBuilder([]);
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(
        [
            new("Kestrel:Endpoints:Grpc:Url", "http://127.0.0.1:0"),
            new("Nexus:Mesh:Directory:Settle", "00:00:00"),
            .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
        ]);
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.AddServiceDefaults();
        builder.AddIdentity(new IdentityTerms(ServiceRole.Mesh));
        builder.AddDirectory();
        builder.AddStore();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapDirectory();
        await app.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();
        return new MeshUnderTest(app, logs, time);
    }

    /// <summary>A client with a connection of its own.</summary>
    public Contracts.Routing.V1.RouteDirectory.RouteDirectoryClient Client() => new(Channel());

    public GrpcChannel Channel()
    {
        var address = App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single() ?? "";
        var channel = GrpcDefaults.CreateChannel(new Uri(address));
        _channels.Add(channel);
        return channel;
    }

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        Metrics.Dispose();
        await App.DisposeAsync();
        Logs.Dispose();
    }
}
