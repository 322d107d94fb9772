using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Testing;

namespace Nexus.Client.Tests.Scripted;

/// <summary>A real client with a real local service, against the test's hub.</summary>
internal sealed class ClientUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider _provider = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private ClientUnderTest(TimeProvider? time, Action<NexusBackendOptions>? configure, Func<NexusClientServices, NexusClientServices>? services)
    {
        Metrics = new(_provider.GetRequiredService<IMeterFactory>());
        var options = CreateOptions(Hub, Service);
        configure?.Invoke(options);
        var given = new NexusClientServices { LoggerFactory = Logs.Factory, TimeProvider = time ?? TimeProvider.System, MeterFactory = _provider.GetRequiredService<IMeterFactory>() };
        Client = new(options, services is null ? given : services(given));
    }

    public ScriptedHub Hub { get; } = new();

    public LocalService Service { get; } = new();

    public LogCollector Logs { get; } = new();

    public MetricRecorder Metrics { get; }

    public NexusClient Client { get; }

    public static NexusBackendOptions CreateOptions(ScriptedHub hub, LocalService service) => new()
    {
        Name = "test-backend",
        Hostnames = ["app.example.test"],
        NexusAddresses = [hub.Address],
        Attestation = new() { HmacSecret = "a-secret" },
        PortMappings = new Dictionary<int, NexusPortMapping> { [443] = new() { Default = service.Target } },
        Transport = new() { ServerCertificateAuthorities = hub.Authorities },
    };

    public static async Task<ClientUnderTest> StartAsync(TimeProvider? time = null, Action<NexusBackendOptions>? configure = null, Func<NexusClientServices, NexusClientServices>? services = null)
    {
        var client = new ClientUnderTest(time, configure, services);
        await client.Client.StartAsync();
        return client;
    }

    /// <summary>Starts a client whose first session is up.</summary>
    public static async Task<(ClientUnderTest Client, HubSide Hub)> ConnectAsync(TimeProvider? time = null, Action<NexusBackendOptions>? configure = null, Func<NexusClientServices, NexusClientServices>? services = null)
    {
        var client = await StartAsync(time, configure, services);
        return (client, await client.Hub.AcceptSessionAsync());
    }

    public async ValueTask DisposeAsync()
    {
        // A client that is still serving would wait for its streams.
        await Client.StopAsync(new CancellationToken(canceled: true)).BoundedAsync();
        await Client.DisposeAsync();
        Service.Dispose();
        await Hub.DisposeAsync();
        Metrics.Dispose();
        await _provider.DisposeAsync();
    }
}
