using System.Globalization;
using System.Net;
using Nexus.Testing;

namespace Nexus.Benchmarks.Session;

/// <summary>
/// <c>session [MiB [users [DUE]]]</c>: what the session between hub and client costs by itself. Two processes joined by TLS, as hub and client
/// are; users and services are sockets of this process, whose own costs are not counted.
/// </summary>
internal static class SessionCommand
{
    private const long Mebibyte = 1024 * 1024;

    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var total = (arguments.Length > 0 ? long.Parse(arguments[0], CultureInfo.InvariantCulture) : 1024) * Mebibyte;
        int[] counts = arguments.Length > 1 ? [.. arguments[1].Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))] : [1, 16];
        using var service = new SessionService();
        await using var hub = RealProcess.Start(Environment.ProcessPath!, Arguments("session-hub"));
        var ports = (await hub.WaitForLineAsync(line => line.StartsWith("ports ", StringComparison.Ordinal))).Text.Split(' ');
        await using var client = RealProcess.Start(Environment.ProcessPath!, Arguments("session-client", ports[1], service.Port.ToString(CultureInfo.InvariantCulture), ports[3]));
        await client.WaitForLineAsync(line => line == "ready");
        var users = new IPEndPoint(IPAddress.Loopback, int.Parse(ports[2], CultureInfo.InvariantCulture));
        var load = new SessionLoad(users, [hub.Id, client.Id], output);
        await load.BulkAsync('D', 128 * Mebibyte, 1, isWarmUp: true);
        await load.BulkAsync('U', 128 * Mebibyte, 1, isWarmUp: true);
        await output.WriteLineAsync($"hub {hub.Id} client {client.Id}");
        var what = arguments.Length > 2 ? arguments[2] : "DUE";
        foreach (var count in counts)
        {
            if (what.Contains('D', StringComparison.Ordinal)) await load.BulkAsync('D', total, count, isWarmUp: false);
            if (what.Contains('U', StringComparison.Ordinal)) await load.BulkAsync('U', total, count, isWarmUp: false);
        }

        if (what.Contains('E', StringComparison.Ordinal)) await load.RoundTripsAsync(64, TimeSpan.FromSeconds(4));
        if (client.HasExited || hub.HasExited) await output.WriteLineAsync(client.Output + hub.Output);
        return 0;
    }

    private static string[] Arguments(params string[] arguments) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(SessionCommand).Assembly.Location, .. arguments] : arguments;
}
