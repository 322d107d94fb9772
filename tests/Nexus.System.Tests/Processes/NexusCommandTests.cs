using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>The command against a whole node, and an authority whose questions come through the node's ports like everybody's.</summary>
public sealed class NexusCommandTests(SystemUnderTest system) : IClassFixture<SystemUnderTest>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Without a file, from nothing to an address that strangers trust.</summary>
    [Fact]
    public async Task Http_PlainService_BecomesASiteThatCurlTrusts_AndCheckFindsNothing()
    {
        const string Host = "shared.test";
        var curl = DebianProgram.SkipUnlessInstalled("curl");
        await using var pebble = await StartPebbleAsync();
        var began = Stopwatch.GetTimestamp();
        await using var nexus = Start(pebble, "http", $"http://127.0.0.1:{system.Origin.HttpPort}", "--host", Host);
        var url = $"https://{Host}:{system.RelayPort}";
        await nexus.WaitForLineAsync($"ready: {url}", Cancellation);
        using var root = await pebble.GetRootAsync();
        Assert.Equal(TestOrigin.Greeting, await CurlAsync(curl, "--cacert", Write("root.pem", root.ExportCertificatePem()), "--resolve", $"{Host}:{system.RelayPort}:127.0.0.1", $"{url}/"));
        TestContext.Current.SendDiagnosticMessage("nexus http: {0:0.0} s from the command to curl's answer.", Stopwatch.GetElapsedTime(began).TotalSeconds);
        Assert.Contains($"{url}/x?y", await CurlAsync(curl, "-i", "-H", $"Host: {Host}", $"http://127.0.0.1:{system.PlainPort}/x?y"), StringComparison.Ordinal);

        await using var check = Start(pebble, "check", $"127.0.0.1:{system.Origin.HttpPort}", "--host", Host, "--resolve", $"{Host}=127.0.0.1");
        Assert.True(await check.WaitForExitAsync(Cancellation) == 0, check.Output);
        Assert.Contains($"Port {system.RelayPort} at 127.0.0.1 is open and leads to this hub.", check.Output, StringComparison.Ordinal);
        Assert.Contains($"Port {system.PlainPort} at 127.0.0.1 is open and leads to this hub.", check.Output, StringComparison.Ordinal);
        Assert.Contains($"The certificate of {Host} is good until", check.Output, StringComparison.Ordinal);

        nexus.Interrupt();
        Assert.Equal(0, await nexus.WaitForExitAsync(Cancellation));

        await using var later = Start(pebble, "check", $"127.0.0.1:{system.Origin.HttpPort}", "--host", Host, "--resolve", $"{Host}=127.0.0.1");
        Assert.Equal(1, await later.WaitForExitAsync(Cancellation));
        Assert.Contains($"The certificate of {Host} is on this machine, but nobody serves the name", later.Output, StringComparison.Ordinal);
    }

    /// <summary>As <see cref="SecretsTests"/>, for what only this machine has: the token of its user, the account with the authority, the certificate's key.</summary>
    [Fact]
    public async Task Secrets_OfTheUsersMachine_AreNowhere()
    {
        await using var pebble = await StartPebbleAsync();
        await using var telemetry = new OtlpCollector();
        await telemetry.StartAsync();
        await using var nexus = Start(pebble, system.RelayPort, ["http", $"{system.Origin.HttpPort}", "--host", "kept.test", "--log-level", "Trace"], telemetry.With([]));
        await nexus.WaitForLineAsync("ready: ", Cancellation);
        var scan = new SecretScan();
        scan.Plant("the token", system.Secret);
        scan.PlantFolder(_folder.PathOf("state"), _ => false);
        Assert.InRange(scan.Count, 3, 10); // the token, the account's key, the certificate's

        scan.Look("arguments", await File.ReadAllTextAsync($"/proc/{nexus.Id}/cmdline", Cancellation));
        scan.LookAtModes("state", _folder.PathOf("state"));
        nexus.Interrupt();
        Assert.Equal(0, await nexus.WaitForExitAsync(Cancellation)); // and what waits to be exported is sent
        scan.Look("output", nexus.Output);
        foreach (var signal in (string[])["/v1/logs", "/v1/traces", "/v1/metrics"]) scan.Look(signal, telemetry.Text(signal));
        Assert.Empty(scan.Findings);
        Assert.Contains("dbug:", nexus.Output, StringComparison.Ordinal);
        Assert.Contains("Nexus.Client", telemetry.Text("/v1/logs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tcp_UnderAName_EndsTlsAndPassesTheRest()
    {
        const string Host = "database.test";
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        await using var pebble = await StartPebbleAsync();
        await using var nexus = Start(pebble, "tcp", service.LocalEndpoint.ToString() ?? "", "--host", Host);
        await nexus.WaitForLineAsync($"ready: tls://{Host}:{system.RelayPort}", Cancellation);
        using var user = new TcpClient();
        await user.ConnectAsync(IPAddress.Loopback, system.RelayPort, Cancellation);
        await using var tls = new SslStream(user.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Host, RemoteCertificateValidationCallback = await pebble.GetValidationAsync() }, Cancellation).BoundedAsync();
        await tls.WriteAsync("question"u8.ToArray(), Cancellation);
        using var local = await service.AcceptTcpClientAsync(Cancellation).AsTask().BoundedAsync();
        var buffer = new byte[8];
        await local.GetStream().ReadExactlyAsync(buffer, Cancellation).AsTask().BoundedAsync();
        Assert.Equal("question", Encoding.ASCII.GetString(buffer));
    }

    /// <summary>The name leads to another web server, which has a certificate and answers: only where a connection comes out shows it.</summary>
    [Fact]
    public async Task Check_NameThatLeadsElsewhere_SaysSo()
    {
        await using var pebble = await StartPebbleAsync();
        await using var check = Start(pebble, system.Origin.HttpsPort, "check", "--host", "app.test", "--resolve", "app.test=127.0.0.1");
        Assert.Equal(1, await check.WaitForExitAsync(Cancellation));
        Assert.Contains("answers and accepts the token", check.Output, StringComparison.Ordinal);
        Assert.Contains("app.test does not point here", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_CertificateThatTheAuthorityRefused_SaysWhy()
    {
        const string Host = "refused.test";
        await using var pebble = await StartPebbleAsync();
        await pebble.Dns.SetAddressesAsync(Host, "127.0.0.77");
        await using (var nexus = Start(pebble, "http", $"{system.Origin.HttpPort}", "--host", Host))
        {
            await nexus.WaitForLineAsync(line => line.StartsWith($"certificate of {Host}: ", StringComparison.Ordinal) && line.Contains("could not connect", StringComparison.Ordinal), Cancellation);
        }

        await using var check = Start(pebble, "check", "--host", Host, "--resolve", $"{Host}=127.0.0.1");
        Assert.Equal(1, await check.WaitForExitAsync(Cancellation));
        Assert.Contains($"The certificate of {Host} is pending: the last attempt failed.", check.Output, StringComparison.Ordinal);
        Assert.Contains("could not connect", check.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> CurlAsync(string curl, params string[] arguments)
    {
        await using var process = RealProcess.Start(curl, ["-sS", "--max-time", "20", .. arguments]);
        Assert.True(await process.WaitForExitAsync(Cancellation) == 0, process.Output);
        return process.Output;
    }

    private Task<PebbleProcess> StartPebbleAsync() =>
        PebbleProcess.StartAsync(new() { HttpPort = system.PlainPort, TlsPort = system.RelayPort, NonceRejectPercent = 20, ValidationDelay = TimeSpan.FromSeconds(1) });

    private RealProcess Start(PebbleProcess pebble, params string[] arguments) => Start(pebble, system.RelayPort, arguments);

    private RealProcess Start(PebbleProcess pebble, int publicPort, params string[] arguments) => Start(pebble, publicPort, arguments, []);

    private RealProcess Start(PebbleProcess pebble, int publicPort, string[] arguments, Dictionary<string, string?> environment) => RealProcess.StartDotnet(
        ServiceProcess.PathOf("Nexus.Client.Cli", "nexus"),
        [
            .. arguments, "--public-port", publicPort.ToString(CultureInfo.InvariantCulture),
            .. arguments[0] == "tcp" ? Array.Empty<string>() : ["--plain-port", system.PlainPort.ToString(CultureInfo.InvariantCulture)],
        ],
        new Dictionary<string, string?>(environment)
        {
            ["NEXUS_SERVER"] = $"localhost:{system.HubPort}",
            ["NEXUS_TOKEN"] = system.Secret,
            ["NEXUS_CA"] = system.HubAuthorityFile,
            ["NEXUS_ACME_DIRECTORY"] = pebble.Directory.ToString(),
            ["NEXUS_ACME_CA"] = Write("acme.pem", pebble.TlsRootPem),
            ["XDG_STATE_HOME"] = _folder.PathOf("state"),
            ["XDG_CONFIG_HOME"] = _folder.PathOf("config"),
        });

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.PathOf(name), text);
        return _folder.PathOf(name);
    }
}
