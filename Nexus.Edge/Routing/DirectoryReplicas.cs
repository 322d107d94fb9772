using Grpc.Net.Client;
using Nexus.Contracts.Routing.V1;

namespace Nexus.Edge.Routing;

/// <summary>The region's route directories: all know the same, and one of them is watched at a time.</summary>
internal sealed class DirectoryReplicas : IDisposable
{
    /// <summary>A snapshot of 100 000 routes takes about 6 MB.</summary>
    private const int MaxMessageSize = 64 * 1024 * 1024;

    private readonly GrpcChannel[] _channels;
    private int _turn;

    /// <param name="addresses">Where they are.</param>
    /// <param name="configure">Says whom to trust, and who we are.</param>
    public DirectoryReplicas(IReadOnlyList<Uri> addresses, Action<SocketsHttpHandler>? configure = null)
    {
        _channels = [.. addresses.Select(address => CreateChannel(address, configure))];
        _turn = Random.Shared.Next(_channels.Length); // edges spread over them
    }

    public int Count => _channels.Length;

    /// <summary>The one whose turn it is: after a loss the next, so that one that is away costs one attempt.</summary>
    public RouteDirectory.RouteDirectoryClient Next() => new(_channels[_turn++ % _channels.Length]);

    public void Dispose()
    {
        foreach (var channel in _channels) channel.Dispose();
    }

    private static GrpcChannel CreateChannel(Uri address, Action<SocketsHttpHandler>? configure)
    {
        var handler = CreateHandler();
        configure?.Invoke(handler);
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = MaxMessageSize });
    }

    private static SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // A watch is silent while nothing changes: notice a dead directory all the same. Another one has the same table, so a wrong guess costs little.
        KeepAlivePingDelay = TimeSpan.FromSeconds(3),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(3),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
    };
}
