using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Tests.Peering;

internal static class AnnouncementBytes
{
    /// <summary>The whole message, read in pieces of at most <paramref name="room"/> bytes.</summary>
    public static byte[] Of(ITextSource text, int room = 32 * 1024)
    {
        using var bytes = new MemoryStream();
        var piece = new byte[room];
        for (var isEnd = false; !isEnd;)
        {
            var count = text.Read(piece, out isEnd);
            Assert.True(count > 0 || isEnd, "neither bytes nor an end");
            bytes.Write(piece, 0, count);
        }

        return bytes.ToArray();
    }
}
