using Grpc.Core;

namespace StandIns.Grpc.Tests;

internal static class StreamWriterExtensions
{
    /// <summary>Writes for as long as the test runs.</summary>
    public static Task SendAsync(this IClientStreamWriter<byte[]> requests, byte[] message) =>
        requests.WriteAsync(message, TestContext.Current.CancellationToken);
}
