using System.Net;
using System.Net.Sockets;
using Nexus.Client.Cli.Access;
using Nexus.Protocol.Naming;

namespace Nexus.Client.Cli.Checking;

/// <summary>Names' addresses: those that the user gave, else DNS.</summary>
internal sealed class Addresses
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, IPAddress> _given = new(StringComparer.Ordinal);

    /// <param name="given">Entries of the form <c>name=address</c>.</param>
    /// <exception cref="CommandException">One is not.</exception>
    public Addresses(IEnumerable<string> given)
    {
        foreach (var entry in given)
        {
            var parts = entry.Split('=', 2);
            if (parts.Length != 2 || !IPAddress.TryParse(parts[1], out var address)) throw new CommandException($"--resolve {entry}: write NAME=ADDRESS, such as app.example.com=203.0.113.5.");
            _given[HostName.Normalize(parts[0])] = address;
        }
    }

    /// <summary>Empty when there are none, or when DNS does not answer.</summary>
    public async Task<IPAddress[]> FindAsync(string host, CancellationToken stop)
    {
        if (_given.TryGetValue(host, out var given)) return [given];
        if (IPAddress.TryParse(host, out var literal)) return [literal];
        try
        {
            return await Dns.GetHostAddressesAsync(host, stop).WaitAsync(s_patience, stop);
        }
        catch (Exception ex) when (ex is SocketException or TimeoutException or ArgumentException)
        {
            return [];
        }
    }
}
