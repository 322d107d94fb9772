using System.Buffers;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Transport;

/// <summary>Reads a body up to a limit.</summary>
internal static class BoundedBody
{
    private const int BufferSize = 16 * 1024;

    /// <exception cref="AcmeException">It is longer.</exception>
    public static async Task<byte[]> ReadAsync(HttpContent content, int max, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > max) throw TooLarge(max);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var body = new MemoryStream();
            var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (await stream.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken).ConfigureAwait(false) is > 0 and var count)
                {
                    if (body.Length + count > max) throw TooLarge(max);
                    body.Write(buffer, 0, count);
                }
            }

            return body.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static AcmeException TooLarge(int max) => new(AcmeErrorKind.AnswerTooLarge, $"More than {max} bytes");
}
