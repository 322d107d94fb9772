using System.Net.Sockets;
using System.Security.Cryptography;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>A service that closes after its last byte, and users who read more slowly than it writes: every byte arrives before the FIN.</summary>
public sealed class SlowReaderTests(SystemUnderTest system) : IClassFixture<SystemUnderTest>
{
    private const int Steps = 20; // reads a second

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The sizes are those of spec/seen.md by a quarter to a sixteenth, and still more than everything on the way holds.</summary>
    [Theory]
    [Statement("case 3", "seen 2", "node 71", "client 87")]
    [InlineData(16 << 20, 20_000_000)]
    [InlineData(6 << 20, 2_000_000)]
    [InlineData(2 << 20, 500_000)]
    public async Task Download_ServiceClosesAtOnce_SlowUserGetsAll(int size, int bytesPerSecond)
    {
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort, receiveBuffer: 16 * 1024);
        using var _ = user;
        var answer = new byte[size];
        Filler.Fill(answer, (uint)size);
        var sending = SendAndCloseAsync(service, answer);

        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[bytesPerSecond / Steps];
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Steps));
        for (var isOpen = true; isOpen; await pace.WaitForNextTickAsync(Cancellation))
        {
            var filled = 0;
            while (filled < buffer.Length && isOpen)
            {
                var count = await user.ReceiveAsync(buffer.AsMemory(filled), Cancellation).BoundedAsync();
                isOpen = count > 0;
                filled += count;
            }

            all.AppendData(buffer, 0, filled);
        }

        await sending.BoundedAsync();
        Assert.Equal(Convert.ToHexString(SHA256.HashData(answer)), Convert.ToHexString(all.GetHashAndReset()));
    }

    private static async Task SendAndCloseAsync(Socket service, byte[] answer)
    {
        await service.SendAsync(answer, Cancellation);
        service.Dispose();
    }
}
