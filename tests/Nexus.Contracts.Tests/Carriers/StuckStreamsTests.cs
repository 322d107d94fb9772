using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

/// <summary>Streams of one connection, of which many do not move.</summary>
public sealed class StuckStreamsTests : IDisposable
{
    private const int Stuck = 12;
    private const long MostHeldPerStream = 4L * 1024 * 1024;

    private readonly GrpcCarrier _carrier = new(new GrpcCarrierOptions(), TimeProvider.System);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _chunk = new byte[32 * 1024];
    private long _pushed;

    public void Dispose() => _carrier.Dispose();

    [Fact]
    public async Task TargetsThatDoNotRead_StopTheirWriters_AndNobodyElse()
    {
        await using var host = await RelayHost.StartAsync(async (open, channel, _) =>
        {
            await channel.AcceptAsync();
            if (open?.Host == "stuck.test") await _release.Task;
            else await channel.EchoAsync();
        });
        await using var moving = await OpenAsync(host, "moving.test");
        var stuck = new List<(IByteChannel Channel, Task Write)>();
        for (var i = 0; i < Stuck; i++)
        {
            var channel = await OpenAsync(host, "stuck.test");
            stuck.Add((channel, await WriteUntilStuckAsync(channel, moving)));
        }

        await PingAsync(moving, 100);
        foreach (var (channel, write) in stuck)
        {
            channel.Abort();
            await Assert.ThrowsAsync<IOException>(() => write.BoundedAsync());
            await channel.DisposeAsync();
        }

        _release.SetResult();
    }

    [Fact]
    public async Task CallersThatDoNotRead_StopTheirTargets_AndNobodyElse()
    {
        await using var host = await RelayHost.StartAsync(async (open, channel, context) =>
        {
            await channel.AcceptAsync();
            if (open?.Host == "stuck.test") await PushAsync(channel, context.CancellationToken);
            else await channel.EchoAsync();
        });
        await using var moving = await OpenAsync(host, "moving.test");
        var stuck = new List<IByteChannel>();
        for (var i = 0; i < Stuck; i++) stuck.Add(await OpenAsync(host, "stuck.test"));

        var before = -1L;
        while (Interlocked.Read(ref _pushed) is var now && now != before)
        {
            before = now;
            await PingAsync(moving, 300);
        }

        Assert.InRange(before, 1, Stuck * MostHeldPerStream);
        foreach (var channel in stuck) await channel.DisposeAsync();
        await PingAsync(moving, 1);
    }

    private static async Task PingAsync(IByteChannel channel, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await channel.WriteTextAsync("ping");
            Assert.Equal("ping", await channel.ReadTextAsync(4));
        }
    }

    /// <summary>The write that does not end.</summary>
    private async Task<Task> WriteUntilStuckAsync(IByteChannel stuck, IByteChannel moving)
    {
        for (var written = 0L; written < MostHeldPerStream; written += _chunk.Length)
        {
            var write = stuck.WriteAsync(_chunk, CancellationToken.None).AsTask();
            // A write that is only slow is done after so many exchanges on the same connection.
            for (var i = 0; i < 10 && !write.IsCompleted; i++) await PingAsync(moving, 20);
            if (!write.IsCompleted) return write;
        }

        Assert.Fail($"More than {MostHeldPerStream} bytes were taken from a stream whose target reads nothing.");
        return Task.CompletedTask;
    }

    private async Task PushAsync(RelayServerChannel channel, CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await channel.WriteAsync(_chunk, cancellationToken);
                Interlocked.Add(ref _pushed, _chunk.Length);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The caller has closed the stream: the end of this test.
        }
    }

    private async Task<IByteChannel> OpenAsync(RelayHost host, string name)
    {
        var result = await _carrier.OpenAsync(host.Address, Opens.Some with { Host = name }, default, CancellationToken.None).BoundedAsync();
        Assert.True(result.IsAccepted, $"{result.Refusal}: {result.Detail}");
        return result.Channel;
    }
}
