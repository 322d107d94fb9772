using Microsoft.Extensions.Logging;

namespace Nexus.Testing.Tests;

public sealed partial class LogCollectorTests
{
    [Fact]
    public async Task Entry_Written_IsFoundWithItsProperties()
    {
        using var logs = new LogCollector();
        var waiting = logs.WaitForAsync(entry => entry.EventId.Id == 7, TestContext.Current.CancellationToken);
        Written(logs.Factory.CreateLogger<LogCollectorTests>(), "mesh");

        var entry = await waiting.BoundedAsync();
        Assert.Equal("Hello mesh.", entry.Message);
        Assert.Equal("mesh", entry.Properties["Name"]);
        Assert.Single(logs.Of(nameof(LogCollectorTests)));
        Assert.Empty(logs.At(LogLevel.Warning));
    }

    [LoggerMessage(7, LogLevel.Information, "Hello {Name}.")]
    private static partial void Written(ILogger logger, string name);
}
