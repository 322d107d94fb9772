using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Nexus.Edge.Peeking;

/// <summary>
/// Hash codes for tables whose keys strangers choose. A record's own hash code holds no secret: anybody could choose (or forge)
/// thousands of addresses with one code, and every look-up would walk through all of them.
/// </summary>
internal static class SecretHash
{
    private static readonly ulong[] s_secrets = MakeSecrets();

    public static int Of(ulong high, ulong low, ulong rest)
    {
        var address = Fold(high ^ s_secrets[0], low ^ s_secrets[1]);
        return (int)Fold(address ^ s_secrets[2], rest ^ s_secrets[3]);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    private static ulong[] MakeSecrets()
    {
        var secrets = new ulong[4];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(secrets.AsSpan()));
        return secrets;
    }
}
