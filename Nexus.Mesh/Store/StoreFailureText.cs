using StackExchange.Redis;

namespace Nexus.Mesh.Store;

internal static class StoreFailureText
{
    /// <summary>The metric's <c>error.type</c>.</summary>
    public static string ToErrorType(this StoreFailure failure) => failure switch
    {
        StoreFailure.Unreachable => "unreachable",
        StoreFailure.Slow => "slow",
        StoreFailure.Silent => "silent",
        StoreFailure.Denied => "denied",
        StoreFailure.Full => "full",
        StoreFailure.NotReady => "not_ready",
        StoreFailure.WrongType => "wrong_type",
        StoreFailure.Refused => "refused",
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, null),
    };

    /// <summary>Whether it concerns this command alone: the connection serves, and others may go well.</summary>
    public static bool IsOfOneCommand(this StoreFailure failure) =>
        failure is StoreFailure.Full or StoreFailure.Denied or StoreFailure.WrongType or StoreFailure.Refused;

    /// <summary>Null when it is not an error of Redis or of the way to it.</summary>
    public static StoreFailure? Of(Exception error) => error switch
    {
        TimeoutException => StoreFailure.Slow,
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => StoreFailure.Denied,
        // While it connects, the library says why only in the text.
        RedisConnectionException when error.Message.Contains(nameof(ConnectionFailureType.AuthenticationFailure), StringComparison.Ordinal) => StoreFailure.Denied,
        RedisServerException => OfAnswer(error.Message),
        RedisException or RedisCommandException or ObjectDisposedException or IOException or System.Net.Sockets.SocketException => StoreFailure.Unreachable,
        OperationCanceledException => StoreFailure.Unreachable, // by the client library; none of ours is passed to it
        _ => null,
    };

    /// <summary>By the first word of an error that Redis answered.</summary>
    internal static StoreFailure OfAnswer(string error) => error.Split(' ', 2)[0] switch
    {
        "OOM" or "MISCONF" or "NOREPLICAS" => StoreFailure.Full,
        "NOPERM" or "NOAUTH" or "WRONGPASS" => StoreFailure.Denied,
        "READONLY" or "LOADING" or "MASTERDOWN" or "CLUSTERDOWN" or "TRYAGAIN" or "BUSY" => StoreFailure.NotReady,
        "WRONGTYPE" => StoreFailure.WrongType,
        _ => StoreFailure.Refused,
    };
}
