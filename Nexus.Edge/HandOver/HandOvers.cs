using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.Protocol.Channels;
using Nexus.ServiceDefaults;

namespace Nexus.Edge.HandOver;

/// <summary>
/// Passes users' sockets to hubs of this host, and streams by pairs of sockets. When the edge stops, users who were handed over are left to their hubs: neither
/// waited for nor ended.
/// </summary>
internal sealed class HandOvers : IHostedService, IAsyncDisposable
{
    private readonly HandOverCarrier? _carrier;
    private readonly Drain _drain;
    private IDisposable? _drainStep;

    public HandOvers(IOptions<HandOverOptions> options, Drain drain, TimeProvider time)
    {
        _drain = drain;
        if (OperatingSystem.IsLinux() && options.Value.Enabled) _carrier = new HandOverCarrier(options.Value.ToCarrierOptions(), time);
    }

    /// <summary>Whether an end without a report is ours.</summary>
    public bool IsLeaving { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _drainStep = _drain.Register(DrainStage.Finish, "handed-over connections", _ =>
        {
            Leave();
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _drainStep?.Dispose();
        Leave();
        return Task.CompletedTask;
    }

    /// <inheritdoc cref="HandOverCarrier.TryOpenAsync(string, string, HandOverRequest, SocketChannel, CancellationToken)"/>
    public ValueTask<HandOverResult> TryOpenAsync(string path, string targetId, HandOverRequest request, SocketChannel user, CancellationToken cancellationToken) =>
        OperatingSystem.IsLinux() && _carrier is { } carrier && path.Length > 0
            ? carrier.TryOpenAsync(path, targetId, request, user, cancellationToken)
            : ValueTask.FromResult(HandOverResult.NotPossible);

    /// <inheritdoc cref="HandOverCarrier.TryOpenStreamAsync"/>
    public ValueTask<OpenStreamResult?> TryOpenStreamAsync(string path, string targetId, OpenStream open, ReadOnlyMemory<byte> prelude, CancellationToken cancellationToken) =>
        OperatingSystem.IsLinux() && _carrier is { } carrier && path.Length > 0
            ? carrier.TryOpenStreamAsync(path, targetId, open, prelude, cancellationToken)
            : ValueTask.FromResult<OpenStreamResult?>(null);

    public async ValueTask DisposeAsync()
    {
        if (OperatingSystem.IsLinux() && _carrier is { } carrier) await carrier.DisposeAsync();
    }

    private void Leave()
    {
        IsLeaving = true;
        if (OperatingSystem.IsLinux()) _carrier?.Leave();
    }
}
