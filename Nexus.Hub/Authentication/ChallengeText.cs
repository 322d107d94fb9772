using Nexus.Protocol.Backend;

namespace Nexus.Hub.Authentication;

/// <summary>Challenges as text messages.</summary>
internal static class ChallengeText
{
    private const int MaxSize = 128; // a type and 43 characters of nonce

    public static byte[] Of(ChallengeMessage challenge)
    {
        Span<byte> buffer = stackalloc byte[MaxSize];
        return challenge.TryWrite(buffer, out var written)
            ? buffer[..written].ToArray()
            : throw new ArgumentException("Only nonces of our own making are sent, which are short.", nameof(challenge));
    }
}
