using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Contracts.Routing.V1;
using Nexus.Hub.Announcing;
using Nexus.Hub.Sessions;
using Nexus.ServiceDefaults;
using Key = Nexus.Protocol.Naming.RouteKey;

namespace Nexus.Benchmarks.LargeHub;

/// <summary>A hub without backends: its ledger and its call to a mesh are the hub's own code, the names are made up.</summary>
internal sealed class ScriptedHub : IAsyncDisposable
{
    private readonly RouteLedger _ledger = new();
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<AnnounceRequest, AnnounceResponse> _call;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <param name="mesh">The address of its gRPC service.</param>
    public ScriptedHub(string mesh)
    {
        _channel = GrpcDefaults.CreateChannel(new Uri(mesh));
        _call = new RouteDirectory.RouteDirectoryClient(_channel).Announce(cancellationToken: _stop.Token);
    }

    /// <summary>As customers' names are.</summary>
    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"name{number}.customers.example.com");

    /// <summary>Announces so many names, and keeps the call alive.</summary>
    public async Task OpenAsync(int names)
    {
        _ledger.Set(Enumerable.Range(0, names).Select(i => new RouteWeight(Key.ForHost(NameOf(i)), 1)));
        var announcement = new AnnouncementCall(_call, _ledger, () => new AnnounceHeartbeat(), new AnnouncingOptions(), TimeProvider.System, NullLogger.Instance);
        await announcement.OpenAsync(new Target { Id = "hub", StreamAddress = "http://127.0.0.1:9" }, 1, _stop.Token);
        _running = Task.WhenAll(announcement.SendAsync(_stop.Token), announcement.ReceiveAsync(_stop.Token));
    }

    /// <summary>A backend has come or gone.</summary>
    public void Set(string name, bool isServed)
    {
        if (_running.IsCompleted) throw new InvalidOperationException($"The mesh has ended the announcement: {_running.Exception?.Message}");
        _ledger.Set([new RouteWeight(Key.ForHost(name), isServed ? 1 : 0)]);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _call.Dispose();
        _channel.Dispose();
        _stop.Dispose();
    }
}
