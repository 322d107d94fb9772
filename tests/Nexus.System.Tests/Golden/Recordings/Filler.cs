namespace Nexus.SystemTests.Golden.Recordings;

/// <summary>The bytes of bulk bodies, made as the recordings made theirs.</summary>
internal static class Filler
{
    public static void Fill(Span<byte> bytes, uint seed)
    {
        foreach (ref var one in bytes)
        {
            seed = unchecked((seed * 1_664_525) + 1_013_904_223);
            one = (byte)(seed >> 24);
        }
    }
}
