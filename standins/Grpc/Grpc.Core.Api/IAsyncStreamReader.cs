namespace Grpc.Core;

public interface IAsyncStreamReader<out T>
{
    T Current { get; }

    /// <summary>True with a new <see cref="Current"/>; false at an orderly end. One call at a time.</summary>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
