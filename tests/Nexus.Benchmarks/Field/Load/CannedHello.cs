using System.Buffers.Binary;
using System.Text;

namespace Nexus.Benchmarks.Field.Load;

/// <summary>A sound ClientHello (RFC 8446) in one record, as routers of encrypted traffic want it; nobody ever answers it.</summary>
internal static class CannedHello
{
    private const int ServerName = 0;
    private const int SupportedGroups = 10;
    private const int SignatureAlgorithms = 13;
    private const int Padding = 21; // RFC 7685
    private const int SupportedVersions = 43;
    private const int KeyShare = 51;
    private const int ExtensionHeader = 4;

    /// <param name="name">The server name.</param>
    /// <param name="size">Of the record, header included; a hello that is larger anyway stays as it is.</param>
    public static byte[] For(string name, int size)
    {
        var hello = Build(name, null);
        return hello.Length + ExtensionHeader > size ? hello : Build(name, size - hello.Length - ExtensionHeader);
    }

    private static byte[] Build(string name, int? padding)
    {
        List<byte> extensions = [];
        var host = Encoding.ASCII.GetBytes(name);
        Add(extensions, ServerName, [.. Two(host.Length + 3), 0, .. Two(host.Length), .. host]);
        Add(extensions, SupportedGroups, [.. Two(2), .. Two(0x001d)]);
        Add(extensions, SignatureAlgorithms, [.. Two(4), .. Two(0x0403), .. Two(0x0804)]);
        Add(extensions, SupportedVersions, [4, .. Two(0x0304), .. Two(0x0303)]);
        Add(extensions, KeyShare, [.. Two(36), .. Two(0x001d), .. Two(32), .. Enumerable.Repeat((byte)9, 32)]);
        if (padding is { } count) Add(extensions, Padding, new byte[count]);

        byte[] random = [.. Enumerable.Repeat((byte)7, 32)];
        byte[] session = [.. Enumerable.Repeat((byte)5, 32)];
        byte[] body =
        [
            3, 3, .. random, (byte)session.Length, .. session, .. Two(6), 0x13, 0x01, 0x13, 0x02, 0xc0, 0x2b, 1, 0,
            .. Two(extensions.Count), .. extensions,
        ];
        byte[] message = [1, 0, .. Two(body.Length), .. body];
        return [22, 3, 1, .. Two(message.Length), .. message];
    }

    private static void Add(List<byte> extensions, int type, byte[] content) => extensions.AddRange([.. Two(type), .. Two(content.Length), .. content]);

    private static byte[] Two(int value)
    {
        var two = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(two, checked((ushort)value));
        return two;
    }
}
