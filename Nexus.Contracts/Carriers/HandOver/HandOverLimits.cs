namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>Sizes of the hand-over's messages, in bytes. Longer ones end the connection, but for a prelude: that user goes by gRPC.</summary>
public static class HandOverLimits
{
    /// <summary>The user's first bytes.</summary>
    public const int MaxPrelude = 128 * 1024;

    /// <summary>What the user is told when the backend breaks before it has answered.</summary>
    public const int MaxLastWords = 4 * 1024;

    /// <summary>Of the socket's path: what `sockaddr_un` can hold, without the final zero (unix(7)).</summary>
    public const int MaxPath = 107;

    internal const int MaxOpenRequest = 4 * 1024;
    internal const int MaxTargetId = 255;
    internal const int MaxDetail = 200;
    internal const int MaxWord = 64;

    /// <summary>From a caller.</summary>
    internal const int MaxRequest = HandOverFormat.OpenHeader + MaxOpenRequest + MaxLastWords + MaxPrelude;

    /// <summary>From a target.</summary>
    internal const int MaxResponse = 512;
}
