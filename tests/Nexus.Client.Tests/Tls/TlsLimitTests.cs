using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Nexus.Client.Streams;
using Nexus.Testing;

namespace Nexus.Client.Tests.Tls;

/// <summary>What users may cost, and that nothing of them stays.</summary>
public sealed class TlsLimitTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    public async Task User_LeavesWithoutReading_NothingIsWaitedFor(int bytes)
    {
        var time = new ManualTimeProvider(); // no limit ever comes
        await using var end = await TlsEndUnderTest.StartAsync(time);
        await end.ShakeHandsAsync();
        var sending = end.Target.SendAsync(new byte[bytes], Stop).BoundedAsync();
        Assert.NotEqual(0, await end.User.ReadAsync(new byte[1], Stop).AsTask().BoundedAsync());
        await end.Channel.DisposeAsync().BoundedAsync();
        try
        {
            Assert.Equal(bytes, await sending);
        }
        catch (SocketException)
        {
            // It was cut off.
        }
    }

    [Fact]
    public async Task TooManyHandshakes_UserGetsAnAlert_UntilOthersAreDone()
    {
        await using var end = await TlsEndUnderTest.StartAsync();
        var others = 0;
        while (end.Termination.TryBeginHandshake()) others++;
        Assert.InRange(others, 1_000, 5_000);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => end.ShakeHandsAsync());
        Assert.True(error is AuthenticationException or IOException, error.ToString());
        Assert.Empty(await end.ReadRawAsync());
        Assert.Equal(StreamEnd.TlsFailed, end.Channel.End);

        end.Termination.EndHandshake();
        await using var channel = end.Open();
        await using var next = new SslStream(new ChannelStream(channel));
        await end.ShakeHandsAsync(next);
    }

    [Fact]
    public async Task HalfHellos_InEveryLength_NeverFault()
    {
        var hello = await TlsEndUnderTest.HelloAsync();
        await using var end = await TlsEndUnderTest.StartAsync(hasTarget: false);
        var random = new Random(5);
        for (var i = 0; i < 120; i++)
        {
            // A hello that says that it is whole, and is cut off or damaged within.
            var length = random.Next(0, hello.Length - 5);
            byte[] bytes = [22, 3, 1, (byte)(length >> 8), (byte)length, .. hello.AsSpan(5, length)];
            for (var damage = random.Next(4); damage > 0 && length > 0; damage--) bytes[random.Next(5, bytes.Length)] = (byte)random.Next(256);
            await using var channel = end.Open();
            await channel.WriteAsync(bytes, Stop).BoundedAsync();
            await channel.CompleteWritesAsync(Stop).BoundedAsync();
            await new ChannelStream(channel).CopyToAsync(Stream.Null, Stop).BoundedAsync();
        }

        Assert.All(end.Logs.At(LogLevel.Error), record => Assert.Fail(record.Exception?.ToString() ?? record.Message));
    }
}
