using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Nexus.Hub.Stun;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Stun;

/// <summary>Real datagrams on loopback.</summary>
public sealed class StunListenerTests : IAsyncDisposable
{
    private static readonly byte[] s_request = Convert.FromHexString("000100002112a442000102030405060708090a0b");

    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricRecorder _metrics;
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private StunListener? _listener;
    private Task _running = Task.CompletedTask;

    public StunListenerTests()
    {
        _metrics = new(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        _client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    [Fact]
    [Statement("node 134")]
    public async Task Request_OverUdp_GetsTheResponseForItsAddress()
    {
        var server = Start("127.0.0.1");
        await _client.SendToAsync(new byte[3_000], server); // larger than any request
        await _client.SendToAsync("garbage"u8.ToArray(), server);
        var (response, from) = await AskAsync(server);

        Assert.Equal(server, from);
        Span<byte> expected = stackalloc byte[StunBinding.MaxResponseSize];
        var size = StunBinding.WriteResponse(expected, s_request.AsSpan(8), (IPEndPoint?)_client.LocalEndPoint ?? new(0, 0));
        Assert.Equal(expected[..size].ToArray(), response);
        await _metrics.WaitForSumAsync("nexus.hub.stun.requests", 1, ("outcome", "answered"));
        Assert.Equal(2, _metrics.Sum("nexus.hub.stun.requests", ("outcome", "not_a_request")));
    }

    [Fact]
    public async Task Request_ToAnyOfSeveralAddresses_IsAnsweredFromThere()
    {
        var server = Start("0.0.0.0");
        foreach (var address in new[] { "127.0.0.3", "127.0.0.2", "127.0.0.3" })
        {
            var reached = new IPEndPoint(IPAddress.Parse(address), server.Port);
            Assert.Equal(reached, (await AskAsync(reached)).From);
        }
    }

    [Fact]
    public async Task Port_ThatSomebodyHas_CannotBeHadAgain()
    {
        var server = Start("0.0.0.0");
        await AskAsync(new(IPAddress.Loopback, server.Port));
        Assert.Throws<SocketException>(() => new StunListener(server, Responder(new()), _time, NullLogger.Instance));
    }

    [Fact]
    public async Task Requests_AboveTheRateOfTheirSource_GetNothingUntilTimeHasPassed()
    {
        var server = Start("127.0.0.1", new() { MaxPerSourcePerSecond = 2 });
        await AskAsync(server);
        await AskAsync(server);
        await _client.SendToAsync(s_request, server);
        await _metrics.WaitForSumAsync("nexus.hub.stun.requests", 1, ("outcome", "source_limit"));

        _time.Advance(TimeSpan.FromMilliseconds(500));
        await AskAsync(server);
    }

    [Fact]
    public async Task Requests_AboveTheRateOfAll_GetNothing()
    {
        var server = Start("127.0.0.1", new() { MaxPerSecond = 3, MaxPerSourcePerSecond = 100 });
        for (var i = 0; i < 3; i++) await AskAsync(server);
        await _client.SendToAsync(s_request, server);
        await _metrics.WaitForSumAsync("nexus.hub.stun.requests", 1, ("outcome", "total_limit"));
    }

    [Fact]
    [Statement("node 134")]
    public async Task Hub_WithAPort_Answers()
    {
        using var reservation = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        reservation.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint?)reservation.LocalEndPoint)?.Port ?? 0;
        reservation.Dispose();
        await using var hub = await Peers.HubUnderTest.StartAsync(("Nexus:Hub:Stun:Port", $"{port}"));
        Assert.Equal(40, (await AskAsync(new(IPAddress.Loopback, port))).Response.Length);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.BoundedAsync();
        _listener?.Dispose();
        _client.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
        await _services.DisposeAsync();
    }

    private IPEndPoint Start(string address, StunOptions? options = null)
    {
        _listener = new StunListener(new(IPAddress.Parse(address), 0), Responder(options ?? new()), _time, NullLogger.Instance);
        _running = _listener.RunAsync(_stop.Token);
        return _listener.EndPoint;
    }

    private StunResponder Responder(StunOptions options) =>
        new(Options.Create(options), new StunMetrics(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()), _time);

    private async Task<(byte[] Response, IPEndPoint From)> AskAsync(IPEndPoint server)
    {
        var buffer = new byte[512];
        await _client.SendToAsync(s_request, server);
        var received = await _client.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0)).BoundedAsync();
        return (buffer[..received.ReceivedBytes], (IPEndPoint)received.RemoteEndPoint);
    }
}
