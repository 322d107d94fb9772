using System.Collections.Concurrent;
using System.Diagnostics;
using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.PlainHttp;

/// <summary>A request's trace goes on at the hub, and leaves the request as it came.</summary>
public sealed class RequestTracingTests
{
    [Fact]
    public async Task Request_Traced_ContextGoesWithTheStreamNotInTheRequest()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Nexus.Edge",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var edge = await EdgeUnderTest.StartAsync();
        using var user = await User.ConnectAsync(edge.HttpPort);

        await user.SendAsync("GET /path HTTP/1.1\r\nHost: app.wild.test\r\n\r\n");
        var stream = await edge.Hub.NextAsync();
        var head = await stream.ReadHeadAsync();
        await stream.WriteTextAsync("HTTP/1.1 204 No Content\r\n\r\n");
        await user.ReceiveUntilAsync("\r\n\r\n");
        await edge.StopAsync(); // the span ends with the request's task

        Assert.DoesNotContain("traceparent", head, StringComparison.OrdinalIgnoreCase);
        var span = Assert.Single(spans, span => span.Id == stream.Open.TraceParent);
        Assert.Equal("request", span.OperationName);
        Assert.Equal(204, span.GetTagItem("http.response.status_code"));
    }
}
