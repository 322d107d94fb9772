namespace Nexus.Hub.Authentication;

/// <summary>Reads what somebody else sends, up to a limit.</summary>
internal static class BoundedContent
{
    /// <summary>All of it; null when it is longer.</summary>
    /// <exception cref="IOException">It broke off.</exception>
    public static async Task<byte[]?> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[4_096];
        var length = 0;
        while (true)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (count == 0) return buffer[..length];
            length += count;
            if (length > limit) return null;
            if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        }
    }
}
