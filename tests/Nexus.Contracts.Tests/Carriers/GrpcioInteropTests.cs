using Grpc.Core;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

/// <summary>The raw frames against grpcio and protobuf messages written by hand.</summary>
public sealed class GrpcioInteropTests
{
    [Fact]
    public async Task OurCarrier_GrpcioTarget_BytesHalfCloseAndReason()
    {
        await using var target = RealProcess.Start(Python(), [Script("relay_server.py")]);
        using var carrier = new GrpcCarrier(new GrpcCarrierOptions(), TimeProvider.System);
        var result = await carrier.OpenAsync(await AddressOfAsync(target), Opens.Some, "prelude "u8.ToArray(), CancellationToken.None).BoundedAsync();
        Assert.True(result.IsAccepted, $"{result.Refusal}: {result.Detail}");
        await using var channel = result.Channel;

        await channel.WriteTextAsync(new string('x', 100_000));
        await channel.CompleteWritesAsync(CancellationToken.None).BoundedAsync();

        Assert.Equal("prelude " + new string('x', 100_000) + "bye", await channel.ReadTextAsync(100_011));
        Assert.Equal(ChannelReadStatus.End, await channel.ReadToEndAsync());
        Assert.Equal(ChannelReadStatus.End, await Assert.IsType<RelayClientChannel>(channel).WhenOverAsync().BoundedAsync());
        Assert.Equal("backend_closed", Assert.IsType<RelayClientChannel>(channel).EndReason);
        Assert.Contains(target.Lines, line => line.Text == "open 192.0.2.1:50000 443 app.test 1");
    }

    [Fact]
    public async Task OurCarrier_GrpcioTargetRefuses_IsNotFound()
    {
        await using var target = RealProcess.Start(Python(), [Script("relay_server.py")]);
        using var carrier = new GrpcCarrier(new GrpcCarrierOptions(), TimeProvider.System);
        var result = await carrier.OpenAsync(await AddressOfAsync(target), Opens.Some with { Host = "other.test" }, default, CancellationToken.None).BoundedAsync();

        Assert.Equal(OpenRefusal.NotFound, result.Refusal);
        Assert.Equal("no backend", result.Detail);
    }

    [Fact]
    public async Task OurCarrier_Aborts_GrpcioTargetIsTold()
    {
        await using var target = RealProcess.Start(Python(), [Script("relay_server.py")]);
        using var carrier = new GrpcCarrier(new GrpcCarrierOptions(), TimeProvider.System);
        var result = await carrier.OpenAsync(await AddressOfAsync(target), Opens.Some, default, CancellationToken.None).BoundedAsync();
        Assert.True(result.IsAccepted, $"{result.Refusal}: {result.Detail}");
        await using var channel = result.Channel;

        channel.Abort();

        await target.WaitForLineAsync("over", TestContext.Current.CancellationToken).BoundedAsync();
    }

    [Fact]
    public async Task Target_Frozen_IsNoticed()
    {
        await using var target = RealProcess.Start(Python(), [Script("relay_server.py")]);
        using var carrier = new GrpcCarrier(new GrpcCarrierOptions { KeepAliveDelay = TimeSpan.FromSeconds(1), KeepAliveTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System);
        var result = await carrier.OpenAsync(await AddressOfAsync(target), Opens.Some, default, CancellationToken.None).BoundedAsync();
        Assert.True(result.IsAccepted, $"{result.Refusal}: {result.Detail}");
        await using var channel = result.Channel;

        target.Suspend();

        Assert.Equal(ChannelReadStatus.Reset, await channel.ReadToEndAsync());
    }

    [Fact]
    public async Task OurTarget_GrpcioCaller_BytesHalfCloseAndReason()
    {
        var python = Python();
        await using var host = await RelayHost.StartAsync(async (open, channel, context) =>
        {
            if (open is null)
            {
                RelayServerChannel.Refuse(context, StatusCode.InvalidArgument, "invalid_open");
                return;
            }

            await channel.AcceptAsync();
            await channel.EchoAsync();
            channel.End($"closed_{open.Host}");
        });
        await using var caller = RealProcess.Start(python, [Script("relay_client.py"), new Uri(host.Address).Authority]);
        var exitCode = await caller.WaitForExitAsync(TestContext.Current.CancellationToken).BoundedAsync();

        Assert.True(exitCode == 0, caller.Output);
        Assert.Equal(["accepted", "True", "OK closed_app.test", "INVALID_ARGUMENT"], caller.Lines.Select(line => line.Text));
    }

    private static string Python() => DebianProgram.SkipUnlessPythonModule("grpc", "python3-grpcio");

    private static string Script(string name) => RepositoryRoot.PathOf("tests", "Nexus.Contracts.Tests", "Peers", name);

    private static async Task<string> AddressOfAsync(RealProcess target)
    {
        var line = await target.WaitForLineAsync(text => text.StartsWith("port ", StringComparison.Ordinal), TestContext.Current.CancellationToken).BoundedAsync();
        return $"http://127.0.0.1:{line.Text["port ".Length..]}";
    }
}
