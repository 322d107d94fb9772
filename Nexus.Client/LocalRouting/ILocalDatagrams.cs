using Nexus.Client.Streams;

namespace Nexus.Client.LocalRouting;

/// <summary>The local side of one UDP flow: a socket, or what a connect handler gave.</summary>
internal interface ILocalDatagrams : IAsyncDisposable
{
    /// <summary>A datagram of the user; false when it was dropped. Never waits, never throws.</summary>
    bool TrySend(ReadOnlySpan<byte> datagram);

    /// <summary>Gives what comes to <paramref name="flow"/> until the local side ends or <paramref name="cancellationToken"/> fires; why it ended.</summary>
    Task<StreamEnd> ReceiveAsync(UserFlow flow, CancellationToken cancellationToken);
}
