using Grpc.Core;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Routing.V1;
using Nexus.Hub.Sessions;
using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Announcing;

/// <summary>
/// Keeps the region's route directory informed of what this hub serves: one of its replicas, and another when that is lost. While all
/// are away everything here goes on; whoever is back gets the whole state anew.
/// </summary>
internal sealed class RouteAnnouncer(
    RouteLedger ledger, SessionRegistry sessions, LiveStreams streams, AnnouncedTarget announced, ServiceIdentity identity, IOptions<AnnouncingOptions> options, TimeProvider time, ILogger<RouteAnnouncer> logger) : BackgroundService
{
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(5);

    private readonly AnnouncingOptions _options = options.Value;
    private ulong _calls;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options is not { DirectoryAddresses.Count: > 0, StreamAddress: { } streamAddress }) return; // never: both are validated
        var turn = Random.Shared.Next(_options.DirectoryAddresses.Count); // hubs spread over the replicas
        var target = new Target
        {
            Id = announced.Id,
            StreamAddress = streamAddress.OriginalString,
            Region = _options.Region,
            HandOverPath = announced.HandOverPath,
        };
        var retry = s_firstRetry;
        while (!stoppingToken.IsCancellationRequested)
        {
            var address = _options.DirectoryAddresses[turn++ % _options.DirectoryAddresses.Count];
            if (await AnnounceAsync(address, target, stoppingToken)) retry = s_firstRetry;

            // Half of the pause is random, so that hubs do not come back in step.
            var pause = (retry / 2) + (retry / 2 * Random.Shared.NextDouble());
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            retry = retry * 2 < s_longestRetry ? retry * 2 : s_longestRetry;
        }
    }

    /// <summary>One call from its opening to its end; whether the directory had confirmed it.</summary>
    private async Task<bool> AnnounceAsync(Uri address, Target target, CancellationToken stoppingToken)
    {
        using var channel = GrpcDefaults.CreateChannel(address, handler => identity.Secure(handler, ServiceRole.Mesh));
        var directory = new RouteDirectory.RouteDirectoryClient(channel);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var call = directory.Announce(cancellationToken: ended.Token);
        var announcement = new AnnouncementCall(call, ledger, Describe, _options, time, logger);
        try
        {
            var receiving = announcement.ReceiveAsync(ended.Token);
            var sending = SendAsync(announcement, target, ended.Token);
            var first = await Task.WhenAny(receiving, sending);
            await ended.CancelAsync();
            await Task.WhenAll(receiving, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
            AnnouncingLog.Lost(logger, StatusCode.OK);
        }
        catch (RpcException e) when (!stoppingToken.IsCancellationRequested)
        {
            AnnouncingLog.Lost(logger, e.StatusCode);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException && stoppingToken.IsCancellationRequested)
        {
            // The hub stops; the end of the call withdraws the routes.
        }

        return announcement.WasConfirmed;
    }

    private AnnounceHeartbeat Describe() => new() { Sessions = (uint)sessions.Count, Streams = (uint)streams.Count };

    private async Task SendAsync(AnnouncementCall announcement, Target target, CancellationToken cancellationToken)
    {
        var routes = await announcement.OpenAsync(target, ++_calls, cancellationToken);
        AnnouncingLog.Opened(logger, routes, target.Id, target.StreamAddress);
        await announcement.SendAsync(cancellationToken);
    }
}
