using System.Net;

namespace Nexus.Mesh.Tests;

/// <summary>The program as it is started for real.</summary>
public sealed class MeshProcessTests
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "Nexus.Mesh.dll");

    [Fact]
    public async Task Start_SeveralKeysAreWrong_ExitsWith78AndNamesAll()
    {
        await using var mesh = RealProcess.StartDotnet(s_program, [], new Dictionary<string, string?>
        {
            ["Nexus__Mesh__Directory__Lease"] = "soon",
            ["Nexus__Mesh__Directory__MaxWatchers"] = "0",
            ["Nexus__Drain__Limit"] = "1.00:00:00",
        });

        Assert.Equal(78, await mesh.WaitForExitAsync(TestContext.Current.CancellationToken));
        var errors = string.Join('\n', mesh.Lines.Where(line => line.IsError).Select(line => line.Text));
        Assert.Contains("Nexus:Mesh:Directory:Lease: ", errors, StringComparison.Ordinal);
        Assert.Contains("Nexus:Mesh:Directory:MaxWatchers: ", errors, StringComparison.Ordinal);
        Assert.Contains("Nexus:Drain:Limit: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DefaultSettings_ServesHealthUntilItIsTerminated()
    {
        using var port = FreePort.Reserve();
        await using var mesh = RealProcess.StartDotnet(s_program, [], new Dictionary<string, string?>
        {
            ["Kestrel__Endpoints__Http__Url"] = $"http://{port.EndPoint}",
            ["Kestrel__Endpoints__Grpc__Url"] = "http://127.0.0.1:0",
        });
        await mesh.WaitForLineAsync("Application started", TestContext.Current.CancellationToken);

        using var http = new HttpClient();
        using var health = await http.GetAsync(new Uri($"http://{port.EndPoint}/health"), TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);

        mesh.Terminate();
        Assert.Equal(0, await mesh.WaitForExitAsync(TestContext.Current.CancellationToken));
    }
}
