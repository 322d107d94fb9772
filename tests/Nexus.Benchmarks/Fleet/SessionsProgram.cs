using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Nexus.Benchmarks.Field;
using Nexus.Client;

namespace Nexus.Benchmarks.Fleet;

/// <summary><c>fleet-sessions COUNT PORT SECRET CA-FILE</c>: so many real clients in one process, a name each. Writes how many attempts there were when it is told to stop.</summary>
internal static class SessionsProgram
{
    public const string Connected = "connected ";
    public const string Ended = "ended ";

    public static async Task<int> RunAsync(string count, string port, string secret, string authorityFile, TextWriter output)
    {
        using var stop = new StopRequest();
        using var attempts = new AttemptCounts();
        X509Certificate2Collection authorities = [X509CertificateLoader.LoadCertificateFromFile(authorityFile)];
        var clients = Enumerable.Range(0, int.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture))
            .Select(i => new NexusClient(OptionsOf(i, port, secret, authorities))).ToList();
        try
        {
            foreach (var client in clients) await client.StartAsync(stop.Token);
            foreach (var client in clients) await client.WaitUntilConnectedAsync(stop.Token);
            await output.WriteLineAsync($"{Connected}{attempts}");
            await stop.Requested;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            // It was told to stop before all were connected.
        }

        await output.WriteLineAsync($"{Ended}{attempts}");

        // Not one after the other in order: the process ends, and the hub with it.
        return 0;
    }

    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"session{number}.fleet.test");

    private static NexusBackendOptions OptionsOf(int number, string port, string secret, X509Certificate2Collection authorities) => new()
    {
        Name = NameOf(number),
        Hostnames = [NameOf(number)],
        NexusAddresses = [$"wss://localhost:{port}/connect"],
        Attestation = new() { HmacSecret = secret },
        PortMappings = new Dictionary<int, NexusPortMapping> { [443] = new() { Default = "127.0.0.1:9" } },
        Transport = new() { ServerCertificateAuthorities = authorities },
    };
}
