using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Nexus.Contracts.Certs.V1;

namespace Nexus.Certs.Tests.Distribution;

public sealed class CertificatesServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Watch_AnotherPurpose_EndsWithNotFound()
    {
        await using var certs = await CertsUnderTest.StartAsync(_folder, _time);
        using var call = certs.Watch(CertificatePurpose.Unspecified);
        var error = await Assert.ThrowsAsync<RpcException>(() => CertsUnderTest.NextAsync(call));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Stop_WatcherIsWaiting_EndsItsCall()
    {
        await using var certs = await CertsUnderTest.StartAsync(_folder, _time);
        using var call = certs.Watch();
        await CertsUnderTest.NextAsync(call);

        await certs.App.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => CertsUnderTest.NextAsync(call));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        await certs.Metrics.WaitForSumAsync("nexus.certs.watchers", 0);
    }

    [Fact]
    public async Task Health_CertificateExpired_IsUnready()
    {
        // The issuer stopped, as after a fault; its last certificate runs out.
        await using var certs = await CertsUnderTest.StartAsync(_folder, _time);
        var checks = certs.App.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await checks.CheckHealthAsync(TestContext.Current.CancellationToken)).Status);

        await certs.App.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        _time.Advance(TimeSpan.FromDays(3));

        var report = await checks.CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["certificate"].Status);
    }

    public void Dispose() => _folder.Dispose();
}
