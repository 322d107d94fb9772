namespace Nexus.Hub.Tests.Peers;

/// <summary>Bytes that differ everywhere, the same in every run.</summary>
internal static class TestBytes
{
    public static byte[] Of(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
