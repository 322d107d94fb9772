using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Nexus.Client;
using Nexus.Client.Cli.Configuration;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>The recorded client's YAML, read by our reader, with our addresses in it.</summary>
internal sealed partial class ClientSettings : IAsyncDisposable
{
    // Where nothing listens in the recordings.
    private const int Refusing = 31_999;

    private readonly Dictionary<int, LocalService> _services = [];
    private readonly Channel<Socket> _accepted = Channel.CreateUnbounded<Socket>();
    private readonly FreePort _refusing = FreePort.Reserve();

    public ClientSettings(Recording recording, int hubPort)
    {
        var yaml = HubAddress().Replace(recording.Config("client"), $"ws://127.0.0.1:{hubPort}/connect");
        yaml = LocalTarget().Replace(yaml, target => $"\"127.0.0.1:{Ours(int.Parse(target.Groups[1].ValueSpan, CultureInfo.InvariantCulture))}\"");
        var file = BackendsFileReader.Parse(yaml);
        Assert.False(file.IsRefused, string.Join('\n', file.Problems));
        Backends = file.Backends;
    }

    public IReadOnlyList<NexusBackendOptions> Backends { get; }

    /// <summary>The next connection to any of the local services.</summary>
    public Task<Socket> AcceptAsync() => _accepted.Reader.ReadAsync(TestContext.Current.CancellationToken).BoundedAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.Values)
        {
            service.Dispose();
            await service.Accepting;
        }

        _refusing.Dispose();
    }

    private int Ours(int recorded)
    {
        if (recorded == Refusing) return _refusing.Port;
        if (!_services.TryGetValue(recorded, out var service)) _services.Add(recorded, service = new(_accepted.Writer));
        return service.Port;
    }

    [GeneratedRegex("wss://localhost:31900/connect")]
    private static partial Regex HubAddress();

    [GeneratedRegex("\"127\\.0\\.0\\.1:(\\d+)\"")]
    private static partial Regex LocalTarget();
}
