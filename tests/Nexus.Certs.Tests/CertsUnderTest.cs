using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Contracts.Certs.V1;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Tests;

/// <summary>The certs service on free ports with a folder, a clock and a log of the test's.</summary>
internal sealed class CertsUnderTest : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    private CertsUnderTest(WebApplication app, LogCollector logs)
    {
        App = app;
        Logs = logs;
        Metrics = new MetricRecorder(app.Services.GetRequiredService<IMeterFactory>(), "Nexus.Certs");
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single() ?? "";
        _channel = GrpcDefaults.CreateChannel(new Uri(Address));
    }

    public WebApplication App { get; }

    /// <summary>Where it is called.</summary>
    public string Address { get; }

    public LogCollector Logs { get; }

    public MetricRecorder Metrics { get; }

    public static WebApplication Build(TemporaryFolder folder, TimeProvider time, LogCollector logs, params (string Key, string Value)[] settings)
    {
        var builder = NexusHost.CreateBuilder([]);
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(
        [
            new("Kestrel:Endpoints:Grpc:Url", "http://127.0.0.1:0"),
            new("Nexus:Certs:Storage:Directory", folder.PathOf("certs")),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)));
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.Services.AddSingleton(time);
        builder.AddServiceDefaults();
        builder.AddCerts();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapCerts();
        return app;
    }

    public static async Task<CertsUnderTest> StartAsync(TemporaryFolder folder, TimeProvider time, params (string Key, string Value)[] settings)
    {
        var logs = new LogCollector();
        var app = Build(folder, time, logs, settings);
        await app.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();
        return new CertsUnderTest(app, logs);
    }

    public AsyncServerStreamingCall<CertificateBundle> Watch(CertificatePurpose purpose = CertificatePurpose.Hub) =>
        new Certificates.CertificatesClient(_channel).Watch(new() { Purpose = purpose }, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>The certificate that a new watcher gets.</summary>
    public async Task<CertificateBundle> CurrentAsync()
    {
        using var call = Watch();
        return await NextAsync(call);
    }

    public static async Task<CertificateBundle> NextAsync(AsyncServerStreamingCall<CertificateBundle> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).BoundedAsync());
        return call.ResponseStream.Current;
    }

    public static X509Certificate2 LeafOf(CertificateBundle bundle) => X509Certificate2.CreateFromPem(bundle.ChainPem, bundle.PrivateKeyPem);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        Metrics.Dispose();
        await App.DisposeAsync();
        Logs.Dispose();
    }
}
