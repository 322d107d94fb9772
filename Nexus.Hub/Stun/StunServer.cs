using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Nexus.Hub.Stun;

/// <summary>Listens where the options say, if they do. A port that cannot be had stops the start.</summary>
internal sealed class StunServer(IOptions<StunOptions> options, StunResponder responder, TimeProvider time, ILogger<StunServer> logger) : BackgroundService
{
    private readonly List<StunListener> _listeners = [];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value is not { Port: > 0 and var port } valid) return Task.CompletedTask;
        foreach (var address in AddressesOf(valid)) _listeners.Add(new StunListener(new IPEndPoint(address, port), responder, time, logger));
        StunLog.Listening(logger, port);
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        foreach (var listener in _listeners) listener.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_listeners.Select(listener => listener.RunAsync(stoppingToken)));

    private static IPAddress[] AddressesOf(StunOptions options) =>
        options.BindAddress.Length > 0 ? [IPAddress.Parse(options.BindAddress)]
        : Socket.OSSupportsIPv6 ? [IPAddress.Any, IPAddress.IPv6Any]
        : [IPAddress.Any];
}
