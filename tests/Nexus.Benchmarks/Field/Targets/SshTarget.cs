using System.Globalization;
using Nexus.Benchmarks.Field.Delay;
using Nexus.Testing;

namespace Nexus.Benchmarks.Field.Targets;

/// <summary><c>ssh -R</c>: an sshd and an ssh of its own, with keys made for the occasion. It knows no names: one port for each.</summary>
/// <param name="name">As in <c>--targets</c>.</param>
/// <param name="services">Where it leads.</param>
/// <param name="server">The program.</param>
/// <param name="roundTrip">Of the line between the two.</param>
/// <param name="cipher">The only one they may use; null for what they agree on by themselves.</param>
internal sealed class SshTarget(string name, FieldServices services, string server, TimeSpan roundTrip, string? cipher) : FieldTarget(name)
{
    // sshd insists on this folder when root starts it.
    private const string PrivilegeSeparation = "/run/sshd";

    private readonly TemporaryFolder _folder = new();
    private readonly FreePort _port = FreePort.Reserve();
    private readonly Dictionary<string, FreePort> _users = services.Ports.Keys.ToDictionary(name => name, _ => FreePort.Reserve());
    private bool _hasFolder;
    private RealProcess? _server;
    private RealProcess? _client;
    private DelayProcess? _line;

    public override IReadOnlyList<FieldRole> Roles => _server is { } sshd && _client is { } ssh
        ? [new("sshd", true, () => [sshd.Id, .. LinuxProcess.FindFamily(sshd.Id)]), new("ssh", true, () => [ssh.Id])]
        : [];

    public override int PortOf(string hostName) => _users[hostName].Port;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var key in new[] { "host", "user" }) await MakeKeyAsync(_folder.PathOf(key), cancellationToken);
        if (Environment.IsPrivilegedProcess && !Directory.Exists(PrivilegeSeparation))
        {
            Directory.CreateDirectory(PrivilegeSeparation);
            _hasFolder = true;
        }

        var file = _folder.PathOf("sshd_config");
        await File.WriteAllTextAsync(file, ServerConfiguration(), cancellationToken);
        _server = RealProcess.Start(server, ["-D", "-e", "-f", file]);
        await Reachable.WaitAsync(_port.Port, _server, cancellationToken);
        if (roundTrip > TimeSpan.Zero) _line = await DelayProcess.StartAsync(_port.Port, roundTrip, cancellationToken);
        _client = RealProcess.Start("ssh", ClientArguments());
        foreach (var port in _users.Values) await Reachable.WaitAsync(port.Port, _client, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        if (_line is not null) await _line.DisposeAsync();
        if (_hasFolder) Directory.Delete(PrivilegeSeparation);
        foreach (var port in _users.Values) port.Dispose();
        _port.Dispose();
        _folder.Dispose();
    }

    private static async Task MakeKeyAsync(string file, CancellationToken cancellationToken)
    {
        await using var process = RealProcess.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
        if (await process.WaitForExitAsync(cancellationToken) != 0) throw new InvalidOperationException($"ssh-keygen: {process.Output}");
    }

    private string ServerConfiguration() => string.Create(CultureInfo.InvariantCulture, $"""
        ListenAddress 127.0.0.1:{_port.Port}
        HostKey {_folder.PathOf("host")}
        AuthorizedKeysFile {_folder.PathOf("user.pub")}
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        PermitRootLogin prohibit-password
        AllowTcpForwarding yes
        MaxStartups 100
        """);

    private string[] ClientArguments() =>
    [
        "-N", "-T", "-F", "none",
        "-i", _folder.PathOf("user"),
        .. cipher is null ? (string[])[] : ["-c", cipher],
        "-o", "IdentitiesOnly=yes",
        "-o", "BatchMode=yes",
        "-o", "ExitOnForwardFailure=yes",
        "-o", "StrictHostKeyChecking=accept-new",
        "-o", $"UserKnownHostsFile={_folder.PathOf("known_hosts")}",
        "-p", (_line?.Port ?? _port.Port).ToString(CultureInfo.InvariantCulture),
        .. services.Ports.SelectMany(each => new[] { "-R", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_users[each.Key].Port}:127.0.0.1:{each.Value}") }),
        "127.0.0.1",
    ];
}
