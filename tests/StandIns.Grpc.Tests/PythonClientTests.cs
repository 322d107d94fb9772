using Nexus.Testing;
using StandIns.Grpc.Tests.Echo;

namespace StandIns.Grpc.Tests;

/// <summary>What our server promises, seen by grpcio.</summary>
public sealed class PythonClientTests
{
    // How Python writes what is not ASCII.
    private const string PrintedDetail = @"'gr\xf6\xdfer als 100 % \u2013 \u6f22\u5b57\n'";

    [Fact]
    public async Task EveryKind_OfCall_Works() =>
        Assert.Equal(["hello", "5 50", "77", "a  c"], await RunAsync("kinds"));

    [Fact]
    public async Task Metadata_HeadersAndTrailers_BothWays() =>
        Assert.Equal(["metadata one 00feff at the end"], await RunAsync("metadata"));

    [Fact]
    public async Task Errors_StatusDetailAndTrailers_Arrive() => Assert.Equal(
        [
            $"FAILED_PRECONDITION {PrintedDetail}",
            "because 0001ff",
            "UNKNOWN 'Exception was thrown by handler.'",
            "DATA_LOSS 'after messages'",
            "UNIMPLEMENTED 'Method is unimplemented.'",
            "UNIMPLEMENTED 'Received http2 header with status: 404'",
        ],
        await RunAsync("errors"));

    [Fact]
    public async Task Deadlines_Pass_BothSidesNotice()
    {
        await using var server = await EchoServer.StartAsync();
        var lines = await RunAsync(server, "deadlines");

        Assert.All(lines, line => Assert.StartsWith("DEADLINE_EXCEEDED", line, StringComparison.Ordinal));
        Assert.Equal(2, lines.Count);
        await server.Observations.Cancelled.Task.BoundedAsync();
    }

    [Fact]
    public async Task Cancellation_OfACall_IsSeenByTheServer()
    {
        var python = DebianProgram.SkipUnlessPythonModule("grpc", "python3-grpcio");
        await using var server = await EchoServer.StartAsync();
        await using var client = RealProcess.Start(python, [PythonPeer.PathOf("echo_client.py"), server.Authority, "cancel"]);

        await client.WaitForLineAsync("cancelled", TestContext.Current.CancellationToken).BoundedAsync();
        await server.Observations.Cancelled.Task.BoundedAsync();
        Assert.False(client.HasExited);
    }

    [Fact]
    public async Task Messages_LargeAndOverTheLimit_AreTakenAndRefused() => Assert.Equal(
        ["True", "True", "RESOURCE_EXHAUSTED 'A message of 4194305 bytes is larger than the limit of 4194304 bytes.'", "True"],
        await RunAsync("large"));

    [Fact]
    public async Task Duplex_ManySmallMessages_ArriveInOrder() =>
        Assert.Equal(["20000"], await RunAsync("many"));

    [Fact]
    public async Task Message_Compressed_IsUnimplemented() =>
        Assert.Equal(["UNIMPLEMENTED 'The message encoding \"gzip\" is not supported.'"], await RunAsync("compressed"));

    private static async Task<IReadOnlyList<string>> RunAsync(string scenario)
    {
        await using var server = await EchoServer.StartAsync();
        return await RunAsync(server, scenario);
    }

    private static async Task<IReadOnlyList<string>> RunAsync(EchoServer server, string scenario)
    {
        var python = DebianProgram.SkipUnlessPythonModule("grpc", "python3-grpcio");
        await using var client = RealProcess.Start(python, [PythonPeer.PathOf("echo_client.py"), server.Authority, scenario]);
        var exitCode = await client.WaitForExitAsync(TestTimeouts.Long, TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, client.Output);
        return [.. client.Lines.Select(line => line.Text)];
    }
}
