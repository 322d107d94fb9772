using System.Net;
using System.Net.Sockets;

namespace Nexus.Client.Cli.Checking;

/// <summary>Whether a public name leads to the edge, and whether its ports are open.</summary>
/// <param name="addresses">Finds a name's addresses.</param>
/// <param name="hub">The hub's host name: its addresses are what people most often want the name to have.</param>
/// <param name="probe">Tells where an address leads; null when that cannot be found out.</param>
internal sealed class NameCheck(Addresses addresses, string hub, PassageProbe? probe)
{
    private const int MaxAddresses = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public async Task RunAsync(string host, int tlsPort, int plainPort, Report report, CancellationToken stop)
    {
        var found = await addresses.FindAsync(host, stop);
        var wanted = await addresses.FindAsync(hub, stop);
        if (found.Length == 0)
        {
            await report.AddAsync(Finding.Problem($"{host} has no address in DNS.", $"Create an A record for {host} with the address of the edge{Most(wanted)}. A new record may take minutes to be seen."));
            return;
        }

        await report.AddAsync(Finding.Ok($"{host} has the address {string.Join(", ", found.AsEnumerable())}."));
        foreach (var address in found.Take(MaxAddresses))
        {
            if (tlsPort > 0) await report.AddAsync(await CheckTlsAsync(host, new(address, tlsPort), wanted, stop));
            if (plainPort > 0) await report.AddAsync(await CheckPlainAsync(host, new(address, plainPort), stop));
        }
    }

    private async Task<Finding> CheckTlsAsync(string host, IPEndPoint endPoint, IPAddress[] wanted, CancellationToken stop)
    {
        if (await FindShutAsync(endPoint, stop) is { } shut) return Finding.Problem(shut, $"Open TCP port {endPoint.Port} in the firewall of the edge's machine and of its provider, and look that the edge runs with that port in relayPorts.");
        if (probe is null)
        {
            return wanted.Contains(endPoint.Address) ? Finding.Ok($"Port {endPoint.Port} at {endPoint.Address} is open, and that is the hub's own address.")
                : Finding.Note($"Port {endPoint.Port} at {endPoint.Address} is open. Whether an edge of this hub answers there could not be found out.");
        }

        return await probe.ReachesAsync(endPoint, isTls: true, stop)
            ? Finding.Ok($"Port {endPoint.Port} at {endPoint.Address} is open and leads to this hub.")
            : Finding.Problem($"{host} does not point here: at {endPoint.Address} port {endPoint.Port} something else answers than an edge of this hub.", $"Change the record of {host} to the address of the edge{Most(wanted)}; take away what stands between, such as a proxy of the DNS provider.");
    }

    /// <summary>Users of https come without it: it is for proofs by HTTP, and for users who type no https.</summary>
    private async Task<Finding> CheckPlainAsync(string host, IPEndPoint endPoint, CancellationToken stop)
    {
        if (await FindShutAsync(endPoint, stop) is { } shut) return Finding.Note(shut, $"Only users of http://{host} need it; https works without.");
        return probe is null || await probe.ReachesAsync(endPoint, isTls: false, stop)
            ? Finding.Ok($"Port {endPoint.Port} at {endPoint.Address} is open{(probe is null ? "" : " and leads to this hub")}.")
            : Finding.Note($"At {endPoint.Address} port {endPoint.Port} something else answers than an edge of this hub.", $"Users of http://{host} do not get here; https does not need it.");
    }

    /// <returns>How it is shut; null when it is open.</returns>
    private static async Task<string?> FindShutAsync(IPEndPoint endPoint, CancellationToken stop)
    {
        var (socket, error) = await PublicPort.ConnectAsync(endPoint, s_patience, stop);
        socket?.Dispose();
        return error switch
        {
            SocketError.Success => null,
            SocketError.ConnectionRefused => $"Port {endPoint.Port} at {endPoint.Address} is shut: nobody listens there.",
            SocketError.TimedOut => $"Port {endPoint.Port} at {endPoint.Address} is shut: nothing comes back, as behind a firewall.",
            _ => $"Port {endPoint.Port} at {endPoint.Address} cannot be reached ({error}).",
        };
    }

    private string Most(IPAddress[] wanted) => wanted.Length == 0 ? "" : $" (most often that of {hub}: {string.Join(", ", wanted.AsEnumerable())})";
}
