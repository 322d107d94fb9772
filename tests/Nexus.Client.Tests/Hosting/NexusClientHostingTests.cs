using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Nexus.Client.Hosting;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Hosting;

public sealed class NexusClientHostingTests
{
    [Fact]
    public async Task Host_StartsAndStops_ClientDialsAndLeaves()
    {
        await using var hub = new ScriptedHub();
        using var service = new LocalService();
        using var host = CreateHost(options =>
        {
            var valid = ClientUnderTest.CreateOptions(hub, service);
            (options.Hostnames, options.NexusAddresses, options.Attestation, options.PortMappings, options.Transport) = (valid.Hostnames, valid.NexusAddresses, valid.Attestation, valid.PortMappings, valid.Transport);
        });
        await host.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();
        var side = await hub.AcceptSessionAsync();
        Assert.Equal("my-backend", host.Services.GetRequiredKeyedService<NexusClient>("my-backend").Name);

        await host.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        await side.EndedAsync();
        Assert.Equal(1001, side.CloseCode);
    }

    [Fact]
    public async Task Host_HubIsAway_StartsAllTheSame()
    {
        using var nobody = FreePort.Reserve();
        using var host = CreateHost(options =>
        {
            options.Hostnames = ["a.example"];
            options.NexusAddresses = [$"wss://localhost:{nobody.Port}/connect"];
            options.Attestation.HmacSecret = "s";
            options.PortMappings[443] = new() { Default = "localhost:1" };
        });
        await host.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();
        await host.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
    }

    [Fact]
    public async Task Host_WrongOptions_DoesNotStart()
    {
        using var host = CreateHost(_ => { });
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal(4, error.Failures.Count());
    }

    private static IHost CreateHost(Action<NexusBackendOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddNexusClient("my-backend", configure);
        return builder.Build();
    }
}
