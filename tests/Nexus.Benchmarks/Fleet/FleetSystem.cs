using System.Globalization;
using System.Security.Cryptography;
using Nexus.Benchmarks.Field;
using Nexus.Testing;

namespace Nexus.Benchmarks.Fleet;

/// <summary>A region with two hubs as real processes, one entrance to both, and all the sessions.</summary>
internal sealed class FleetSystem : IAsyncDisposable
{
    private static readonly TimeSpan s_connectLimit = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();
    private readonly FreePort[] _hubPorts = [FreePort.Reserve(), FreePort.Reserve()];
    private readonly string _secret = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private readonly ServiceProcess _certs;
    private RealProcess? _entrance;
    private RealProcess? _sessions;

    public FleetSystem(FieldPrograms programs)
    {
        _certs = new("Nexus.Certs", new Dictionary<string, string?> { ["Nexus__Certs__Storage__Directory"] = _folder.PathOf("certs") }, programs.PathOf("Nexus.Certs"));
        Mesh = new("Nexus.Mesh", new Dictionary<string, string?>(), programs.PathOf("Nexus.Mesh"));
        (Dying, Surviving) = (Hub(_hubPorts[0]), Hub(_hubPorts[1]));

        ServiceProcess Hub(FreePort port) => new(
            "Nexus.Hub",
            new Dictionary<string, string?>
            {
                ["Nexus__Hub__Sessions__ListenAddress"] = $"127.0.0.1:{port.Port}",
                ["Nexus__Hub__Authentication__Secret"] = _secret,
                ["services__certs__grpc__0"] = _certs.GrpcAddress,
                ["services__mesh__grpc__0"] = Mesh.GrpcAddress,
            },
            programs.PathOf("Nexus.Hub"));
    }

    public ServiceProcess Mesh { get; }

    /// <summary>All sessions come here at first.</summary>
    public ServiceProcess Dying { get; }

    public ServiceProcess Surviving { get; }

    /// <summary>With all clients in it.</summary>
    public RealProcess Sessions => _sessions ?? throw new InvalidOperationException("Not started.");

    /// <summary>Between clients and hubs.</summary>
    public RealProcess Entrance => _entrance ?? throw new InvalidOperationException("Not started.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _certs.Start();
        Mesh.Start();
        await _certs.WaitUntilHealthyAsync();
        await Mesh.WaitUntilHealthyAsync();
        foreach (var hub in new[] { Dying, Surviving }) hub.Start();
        foreach (var hub in new[] { Dying, Surviving }) await hub.WaitUntilHealthyAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Starts the clients; returns when all have a session that lasts, with how their attempts had ended until then.</summary>
    public async Task<Dictionary<string, int>> ConnectAsync(FleetOptions options, CancellationToken cancellationToken)
    {
        _entrance = FieldProcess.Start(["fleet-entrance", Text(options.Sources), .. _hubPorts.Select(port => Text(port.Port))]);
        var listening = await _entrance.WaitForLineAsync(EntranceProgram.Listening, cancellationToken);
        var port = listening.Text[EntranceProgram.Listening.Length..];
        // As clients are started otherwise, without what FieldProcess sets for loads.
        _sessions = RealProcess.StartDotnet(typeof(FleetSystem).Assembly.Location, ["fleet-sessions", Text(options.Sessions), port, _secret, _folder.PathOf("certs", "ca.pem")]);
        var line = await _sessions.WaitForLineAsync(text => text.StartsWith(SessionsProgram.Connected, StringComparison.Ordinal), s_connectLimit, cancellationToken);
        return AttemptCounts.Parse(line.Text[SessionsProgram.Connected.Length..]);
    }

    /// <summary>Ends the clients: how their attempts had ended.</summary>
    public async Task<Dictionary<string, int>> EndSessionsAsync(CancellationToken cancellationToken)
    {
        Sessions.Terminate();
        var line = await Sessions.WaitForLineAsync(SessionsProgram.Ended, cancellationToken);
        return AttemptCounts.Parse(line.Text[SessionsProgram.Ended.Length..]);
    }

    /// <summary>Ends the entrance: when each connection came to it, as timestamps.</summary>
    public async Task<IReadOnlyList<long>> EndEntranceAsync(CancellationToken cancellationToken)
    {
        Entrance.Terminate();
        var line = await Entrance.WaitForLineAsync(EntranceProgram.Arrivals, cancellationToken);
        return [.. line.Text[EntranceProgram.Arrivals.Length..].Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _sessions, _entrance })
        {
            if (process is not null) await process.DisposeAsync();
        }

        foreach (var service in new[] { Surviving, Dying, Mesh, _certs }) await service.DisposeAsync();
        foreach (var port in _hubPorts) port.Dispose();
        _folder.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
