using System.Diagnostics.Metrics;
using Grpc.Core;
using Nexus.Edge.Passthrough;
using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.PlainHttp;

/// <summary>Who asked for whom is nobody's business: not in the log above Debug, not in metrics, whose tags strangers could also multiply.</summary>
public sealed class PrivacyTests
{
    private const string Host = "who-asks-for-it.wild.test";

    [Fact]
    public async Task Log_AboveDebug_NamesNoHostAndNoUser()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var users = new List<string>
        {
            await AskAsync(edge, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 "),
            await AskAsync(edge, "nonsense\r\n\r\n", "HTTP/1.1 502 "),
        };
        edge.Hub.Refusal = StatusCode.NotFound;
        users.Add(await AskAsync(edge, answer: null, "HTTP/1.1 503 "));
        using (var relayed = await edge.ConnectAsync())
        {
            users.Add(relayed.LocalEndPoint.ToString());
            await relayed.SendAsync(Peeking.Hellos.For(Host));
            await relayed.AssertAlertAsync(TlsAlert.InternalError);
            Assert.Equal("no_target", await edge.EndOfAsync());
        }

        var told = edge.Logs.At(LogLevel.Information).Select(log => $"{log.Category}: {log.Message} {log.Exception}").ToList();
        Assert.NotEmpty(told);
        Assert.DoesNotContain(told, line => line.Contains(Host, StringComparison.OrdinalIgnoreCase) || users.Any(user => line.Contains(user, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Metrics_OfTheHttpClient_NameNoHost()
    {
        var tags = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, listening) =>
        {
            if (instrument.Meter.Name.StartsWith("System.Net", StringComparison.Ordinal)) listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, measured, _) => Collect(measured, tags));
        listener.SetMeasurementEventCallback<long>((_, _, measured, _) => Collect(measured, tags));
        listener.Start();

        await using (var edge = await EdgeUnderTest.StartAsync()) await AskAsync(edge, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 ");

        Assert.Contains("127.0.0.1", tags); // the carrier's own: hubs are few
        Assert.DoesNotContain(tags, tag => tag.Contains(Host, StringComparison.OrdinalIgnoreCase));
    }

    private static void Collect(ReadOnlySpan<KeyValuePair<string, object?>> measured, System.Collections.Concurrent.ConcurrentQueue<string> tags)
    {
        foreach (var (_, value) in measured) tags.Enqueue(value?.ToString() ?? "");
    }

    /// <returns>The user's address.</returns>
    private static async Task<string> AskAsync(EdgeUnderTest edge, string? answer, string expected)
    {
        using var user = await User.ConnectAsync(edge.HttpPort);
        await user.SendAsync($"GET /path HTTP/1.1\r\nHost: {Host}\r\n\r\n");
        if (answer is not null)
        {
            var stream = await edge.Hub.NextAsync();
            await stream.ReadHeadAsync();
            await stream.WriteTextAsync(answer);
        }
        Assert.StartsWith(expected, await user.ReceiveUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        return user.LocalEndPoint.ToString();
    }
}
