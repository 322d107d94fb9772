using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nexus.Testing.Tests;

public sealed class FreePortTests
{
    [Fact]
    public async Task Port_StillReserved_KestrelCanServeOnIt()
    {
        using var port = FreePort.Reserve();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(port.EndPoint));
        await using var app = builder.Build();
        app.MapGet("/", () => Results.Text("served"));
        await app.StartAsync(TestContext.Current.CancellationToken);

        using var http = new HttpClient();
        Assert.Equal("served", await http.GetStringAsync(new Uri($"http://{port.EndPoint}/"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Port_NobodyListens_ConnectionIsRefused()
    {
        using var port = FreePort.Reserve();
        using var client = new TcpClient();
        var error = await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(IPAddress.Loopback, port.Port, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }
}
