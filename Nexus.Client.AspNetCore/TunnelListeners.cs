using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Nexus.Client.AspNetCore;

/// <summary>The listeners of one backend, found by the port a user reached and by whether it speaks TLS.</summary>
internal sealed class TunnelListeners(string backendName)
{
    private readonly ConcurrentDictionary<NexusTunnelEndPoint, TunnelListener> _bound = new();

    public string BackendName { get; } = backendName;

    /// <exception cref="AddressInUseException">Somebody listens there.</exception>
    public TunnelListener Bind(NexusTunnelEndPoint endPoint)
    {
        var listener = new TunnelListener(endPoint, this);
        return _bound.TryAdd(endPoint, listener) ? listener : throw new AddressInUseException($"{endPoint} is bound already.");
    }

    public void Remove(NexusTunnelEndPoint endPoint) => _bound.TryRemove(endPoint, out _);

    /// <summary>What a connect handler answers: users of the bound ports go to Kestrel, the others on to the next handler.</summary>
    public NexusConnectResult Connect(NexusConnectRequest request)
    {
        if (request.Transport != NexusTransport.Tcp) return NexusConnectResult.NoRoute;
        if (!_bound.TryGetValue(new(BackendName, request.Port, request.IsTls), out var listener)) return NexusConnectResult.NoRoute;
        return listener.TryConnect(request) is { } channel ? NexusConnectResult.FromChannel(channel) : NexusConnectResult.Reject("The application takes no more connections now.");
    }
}
