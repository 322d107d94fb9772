using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Tests.Joining;

/// <summary>A service that wants to be let in, with nothing but its identity.</summary>
internal sealed class JoiningService : IAsyncDisposable
{
    private readonly IHost _host;

    public JoiningService(TemporaryFolder folder, TimeProvider time, ServiceRole role, string certs, string? token)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(
        [
            new("services:certs:grpc:0", certs),
            new("Nexus:Identity:Directory", folder.PathOf("identities")),
            new("Nexus:Identity:JoinToken", token),
        ]);
        builder.Logging.ClearProviders().AddProvider(Logs);
        builder.Services.AddSingleton(time);
        builder.AddIdentity(new IdentityTerms(role));
        _host = builder.Build();
    }

    public LogCollector Logs { get; } = new();

    public ServiceIdentity Identity => _host.Services.GetRequiredService<ServiceIdentity>();

    /// <summary>Calls Certs as this service.</summary>
    public Grpc.Net.Client.GrpcChannel Call(Uri certs) => GrpcDefaults.CreateChannel(certs, handler => Identity.Secure(handler, ServiceRole.Certs));

    public Task StartAsync() => _host.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        _host.Dispose();
        Logs.Dispose();
    }
}
