namespace StandIns.Grpc.Tests;

/// <summary>A server of test.Echo.</summary>
public interface IEchoPeer : IAsyncDisposable
{
    string Address { get; }

    /// <summary>Completes when a call of the server was cancelled.</summary>
    Task CancelledAsync();

    /// <summary>Completes when a call that waits has started.</summary>
    Task StartedAsync();
}
