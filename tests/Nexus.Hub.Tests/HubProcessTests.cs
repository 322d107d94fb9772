using Nexus.Testing;

namespace Nexus.Hub.Tests;

/// <summary>The program itself, as a process.</summary>
public sealed class HubProcessTests
{
    [Fact]
    public async Task Start_SeveralKeysAreWrong_ExitsWith78AndNamesAll()
    {
        await using var hub = RealProcess.StartDotnet(
            Path.Combine(AppContext.BaseDirectory, "Nexus.Hub.dll"),
            ["--Nexus:Hub:Sessions:MaxSessions=0", "--Kestrel:Endpoints:Grpc:Url=http://127.0.0.1:0"]);
        Assert.Equal(78, await hub.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.All(
            [
                "Nexus:Hub:Authentication:Secret: ", "Nexus:Hub:Sessions:MaxSessions: ", "services:certs:grpc:0", "services:mesh:grpc:0",
                "Nexus:Hub:Announcing:StreamAddress: ",
            ],
            part => Assert.Contains(part, hub.Output, StringComparison.Ordinal));
    }
}
