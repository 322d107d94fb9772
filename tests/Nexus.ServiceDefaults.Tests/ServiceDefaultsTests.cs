using Microsoft.Extensions.Logging;

namespace Nexus.ServiceDefaults.Tests;

public sealed class ServiceDefaultsTests
{
    [Fact]
    public async Task Request_DefaultLevels_LeavesNoAddressInTheLog()
    {
        await using var service = new ServiceUnderTest(ServiceUnderTest.HttpEndpoint);
        await service.StartAsync();
        using var answer = await service.GetAsync(service.Addresses[0], "/health?secret-name.test");

        Assert.DoesNotContain(service.Logs.At(LogLevel.Information), entry => entry.Message.Contains("secret-name.test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_LevelConfigured_IsLogged()
    {
        await using var service = new ServiceUnderTest(
            new Dictionary<string, string?>(ServiceUnderTest.HttpEndpoint) { ["Logging:LogLevel:Microsoft.AspNetCore"] = "Information" });
        await service.StartAsync();
        using var answer = await service.GetAsync(service.Addresses[0], "/health?secret-name.test");

        await service.Logs.WaitForAsync(entry => entry.Message.Contains("secret-name.test", StringComparison.Ordinal), TestContext.Current.CancellationToken);
    }
}
