using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Client.Hosting;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Hosting;

public sealed class NexusClientBuilderTests
{
    [Fact]
    public async Task MapConnect_ScopedHandler_HasItsScopeUntilTheStreamEnds()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        using var host = await StartAsync(hub, service, client =>
        {
            client.Services.AddScoped<Visit>();
            client.Services.AddSingleton<Visits>();
            client.MapConnect<GreetingHandler>("*.example.test");
        });
        var side = await hub.AcceptSessionAsync();
        var id = await side.ConnectAsync();
        await side.WaitForDataAsync(id, 5);
        var visits = host.Services.GetRequiredService<Visits>();
        Assert.Equal(0, visits.Ended);
        await side.SendDataAsync(id, [1]);
        await side.WaitForControlAsync(id, "disconnect");
        await visits.EndedAsync.BoundedAsync();

        // A name that the handler does not serve goes to the mapping.
        await side.ConnectAsync(hostname: "other.test");
        using var local = await service.AcceptAsync();
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task MapConnect_ScopedHandlerOfDatagrams_HasItsScopeUntilTheFlowEnds()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        using var host = await StartAsync(hub, service, client =>
        {
            client.Services.AddScoped<Visit>();
            client.Services.AddSingleton<Visits>();
            client.MapConnect<EchoHandler>("*.example.test");
        });
        var side = await hub.AcceptSessionAsync();
        var id = Guid.NewGuid();
        await side.SendControlAsync($$"""{"event":"connect","client_id":"{{id}}","conn_port":53,"client_ip":"203.0.113.10:5353","transport":"udp","hostname":"a.example.test","credits":64}""");
        await side.SendDataAsync(id, "hello"u8);
        await side.WaitForDataAsync(id, 5);
        var visits = host.Services.GetRequiredService<Visits>();
        Assert.Equal(0, visits.Ended);
        await side.DisconnectAsync(id);
        await visits.EndedAsync.BoundedAsync();

        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task MapPort_SendsUsersToTheTarget()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        using var other = new LocalService();
        using var host = await StartAsync(hub, service, client => client.MapPort(8443, other.Target));
        var side = await hub.AcceptSessionAsync();
        await side.ConnectAsync(port: 8443);
        using var local = await other.AcceptAsync();
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task UseHmacSecret_SignsWithWhatTheHostGives()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        var asked = 0;
        using var host = await StartAsync(hub, service, client => client.UseHmacSecret((_, _) =>
        {
            asked++;
            return new(Encoding.ASCII.GetBytes("from the vault"));
        }));
        await hub.AcceptSessionAsync();
        Assert.Equal(2, asked);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    [Statement("client 51")]
    public async Task HealthCheck_TellsWhetherUsersCanReachTheClient()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        using var nobody = FreePort.Reserve();
        using var host = await StartAsync(
            hub,
            service,
            client => client.AddHealthCheck(),
            options => options.NexusAddresses.Add($"wss://localhost:{nobody.Port}/connect"));
        var checks = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Unhealthy, (await checks.CheckHealthAsync(TestContext.Current.CancellationToken)).Status);
        var side = await hub.AcceptSessionAsync();
        await side.RoundTripAsync();
        Assert.Equal(HealthStatus.Degraded, (await checks.CheckHealthAsync(TestContext.Current.CancellationToken)).Status);

        var client = host.Services.GetRequiredKeyedService<NexusClient>("my-backend");
        var options = CreateOptions(hub, service);
        options.Name = "my-backend";
        await client.UpdateAsync(options, TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, (await checks.CheckHealthAsync(TestContext.Current.CancellationToken)).Status);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Configuration_Changes_TheClientFollows_WrongOnesChangeNothing()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        using var other = new LocalService();
        using var logs = new LogCollector();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Backend:Hostnames:0"] = "app.example.test",
            ["Backend:NexusAddresses:0"] = hub.Address,
            ["Backend:Attestation:HmacSecret"] = "a-secret",
            ["Backend:PortMappings:443:Default"] = service.Target,
        });
        builder.Services.AddLogging(logging => logging.AddProvider(logs));
        var client = builder.Services.AddNexusClient("my-backend", builder.Configuration.GetSection("Backend"));
        client.Services.Configure<NexusBackendOptions>("my-backend", options => options.Transport.ServerCertificateAuthorities = hub.Authorities);
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();
        var side = await hub.AcceptSessionAsync();
        await side.RoundTripAsync();

        builder.Configuration["Backend:PortMappings:443:Default"] = "nonsense";
        ((IConfigurationRoot)builder.Configuration).Reload();
        await logs.WaitForEventAsync(402);
        builder.Configuration["Backend:PortMappings:443:Default"] = other.Target;
        ((IConfigurationRoot)builder.Configuration).Reload();
        Assert.Contains("portMappings", (await logs.WaitForEventAsync(401)).Message, StringComparison.Ordinal);
        await side.ConnectAsync();
        using var local = await other.AcceptAsync();
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static NexusBackendOptions CreateOptions(ScriptedHub hub, LocalService service) => ClientUnderTest.CreateOptions(hub, service);

    private static async Task<IHost> StartAsync(ScriptedHub hub, LocalService service, Action<NexusClientBuilder> build, Action<NexusBackendOptions>? change = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        build(builder.Services.AddNexusClient("my-backend", options =>
        {
            var valid = CreateOptions(hub, service);
            (options.Hostnames, options.NexusAddresses, options.Attestation, options.PortMappings, options.Transport) = (valid.Hostnames, valid.NexusAddresses, valid.Attestation, valid.PortMappings, valid.Transport);
            change?.Invoke(options);
        }));
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();
        return host;
    }

    private sealed class Visits
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        public int Ended => Volatile.Read(ref _count);

        public Task EndedAsync => _ended.Task;

        public void End()
        {
            Interlocked.Increment(ref _count);
            _ended.TrySetResult();
        }
    }

    private sealed class Visit(Visits visits) : IDisposable
    {
        public string Greeting { get; } = "hello";

        public void Dispose() => visits.End();
    }

    private sealed class GreetingHandler(Visit visit) : INexusConnectHandler
    {
        public ValueTask<NexusConnectResult> ConnectAsync(NexusConnectRequest request, CancellationToken cancellationToken) =>
            new(NexusConnectResult.Run(async (stream, ended) =>
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(visit.Greeting), ended);
                await stream.ReadExactlyAsync(new byte[1], ended);
            }));
    }

    private sealed class EchoHandler(Visit visit) : INexusConnectHandler, INexusDatagramChannel
    {
        private readonly Channel<ReadOnlyMemory<byte>> _toUser = Channel.CreateBounded<ReadOnlyMemory<byte>>(16);

        public ChannelReader<ReadOnlyMemory<byte>> Reader => _toUser.Reader;

        public ValueTask<NexusConnectResult> ConnectAsync(NexusConnectRequest request, CancellationToken cancellationToken) => new(NexusConnectResult.FromDatagrams(this));

        public bool TrySend(ReadOnlySpan<byte> datagram) => visit.Greeting.Length > 0 && _toUser.Writer.TryWrite(datagram.ToArray());

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
