using System.Diagnostics;
using System.Text;
using Nexus.Client.Attestation;
using Nexus.Testing;

namespace Nexus.Client.Tests.Attestation;

public sealed class AttestationCommandTests
{
    private static readonly string[] s_variables =
    [
        "NEXUS_ATTESTATION_STAGE", "NEXUS_SESSION_NONCE", "NEXUS_BACKEND_NAME", "NEXUS_HOSTNAMES", "NEXUS_WEIGHT", "NEXUS_TCP_PORTS",
        "NEXUS_UDP_ROUTES", "NEXUS_OUTBOUND_ALLOWED", "NEXUS_ALLOWED_OUTBOUND_PORTS",
    ];

    [Fact]
    [Statement("client 37", "client 55", "client 57")]
    public async Task Command_IsToldEverythingInTheEnvironment()
    {
        var output = await RunAsync($"printenv {string.Join(' ', s_variables)}", CreateRequest(NexusTokenStage.Attest, "the-nonce"));
        Assert.Equal("attest\nthe-nonce\nmy-backend\na.example,b.example\n3\n53,80,443\n53:30,67\ntrue\n25,465\n", output);
    }

    [Fact]
    [Statement("client 56", "client 57")]
    public async Task Command_NothingToTell_VariablesAreEmptyNotAbsent()
    {
        var request = new NexusTokenRequest { Stage = NexusTokenStage.Handshake, BackendName = "b", Hostnames = ["a"], TcpPorts = [], UdpRoutes = [], Weight = 1 };
        var output = await RunAsync($"printenv {string.Join(' ', s_variables)}", request);
        Assert.Equal("handshake\n\nb\na\n1\n\n\nfalse\n\n", output);
    }

    [Fact]
    [Statement("client 55")]
    public async Task Command_Environment_ConfiguredWinsOverInheritedAndOursOverBoth()
    {
        var options = Shell("echo $PATH_OF_MINE $NEXUS_BACKEND_NAME");
        options.Env = new Dictionary<string, string> { ["PATH_OF_MINE"] = "configured", ["NEXUS_BACKEND_NAME"] = "forged" };
        Assert.Equal("configured my-backend\n", await RunAsync(options, CreateRequest()));
    }

    [Fact]
    [Statement("client 58")]
    public async Task Command_RunsWithoutAShell()
    {
        var options = new NexusAttestationOptions { Command = "printf", Args = ["%s|", "$HOME;", "two words"] };
        Assert.Equal("$HOME;|two words|", await RunAsync(options, CreateRequest()));
    }

    [Theory]
    [InlineData("x\",\"hostnames\":[\"victim.test\"],\"y\":\"")]
    [InlineData("$(touch /tmp/owned)")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public async Task Command_NonceThatIsNone_IsNotPassedOn(string nonce)
    {
        var failure = await Assert.ThrowsAsync<NexusTokenException>(() => RunAsync("echo token", CreateRequest(NexusTokenStage.Attest, nonce)));
        Assert.Contains("nonce", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(nonce, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("client 58")]
    public async Task Command_Input_IsEmpty() => Assert.Equal("0\n", await RunAsync("wc -c", CreateRequest()));

    [Fact]
    [Statement("client 61", "client 126")]
    public async Task Command_ErrorOutput_IsNoPartOfTheTokenAndLoggedWithoutSecrets()
    {
        using var logs = new LogCollector();
        var options = Shell("echo 'careful: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl hunter22 the-nonce-of-mine' >&2; echo token");
        options.Env = new Dictionary<string, string> { ["MY_PASSWORD"] = "hunter22" };
        var command = new AttestationCommand(options, logs.CreateLogger("attestation"), TimeProvider.System);
        var output = await command.RunAsync(CreateRequest(NexusTokenStage.Reauth, "the-nonce-of-mine"), TestContext.Current.CancellationToken);

        Assert.Equal("token\n", Encoding.UTF8.GetString(output));
        var log = Assert.Single(logs.Records, record => record.EventId.Id == 101);
        Assert.Contains("careful", log.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", log.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", log.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-nonce-of-mine", log.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("client 60", "client 126")]
    public async Task Command_Fails_IsAnErrorThatDoesNotQuoteItsOutput()
    {
        var error = await Assert.ThrowsAsync<NexusTokenException>(() => RunAsync("echo half-a-token; exit 3", CreateRequest()));
        Assert.Contains("3", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("half-a-token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Command_DoesNotExist_IsAnError() =>
        Assert.ThrowsAsync<NexusTokenException>(() => RunAsync(new NexusAttestationOptions { Command = "/does/not/exist" }, CreateRequest()));

    [Fact]
    public async Task Command_PrintsTooMuch_IsAnError() =>
        await Assert.ThrowsAsync<NexusTokenException>(() => RunAsync("head -c 1000000 /dev/zero", CreateRequest()));

    [Fact]
    [Statement("client 60", "client 61")]
    public async Task Command_TakesTooLong_ItsWholeTreeIsKilled()
    {
        using var folder = new TemporaryFolder();
        var marker = folder.PathOf("pid");
        var time = new ManualTimeProvider();
        var options = Shell($"sh -c 'echo $$ > {marker}.new; mv {marker}.new {marker}; exec sleep 600' & wait");
        options.TimeoutSeconds = 7;
        var running = new AttestationCommand(options, new LogCollector().CreateLogger("attestation"), time).RunAsync(CreateRequest(), TestContext.Current.CancellationToken).AsTask();
        var child = await ReadWhenThereAsync(marker);
        time.Advance(TimeSpan.FromSeconds(7));

        await Assert.ThrowsAsync<NexusTokenException>(() => running.BoundedAsync());
        await AssertEndsAsync(int.Parse(child, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    [Statement("client 61")]
    public async Task Command_LeavesAChildWithTheOutputOpen_TheTokenIsTakenAllTheSame()
    {
        // The real clock: by a manual one the grace could be over before what was printed has been read.
        using var folder = new TemporaryFolder();
        var marker = folder.PathOf("pid");
        var options = Shell($"sleep 600 & echo $! > {marker}; echo token");
        var running = new AttestationCommand(options, new LogCollector().CreateLogger("attestation"), TimeProvider.System).RunAsync(CreateRequest(), TestContext.Current.CancellationToken).AsTask();

        Assert.Equal("token\n", Encoding.UTF8.GetString(await running.BoundedAsync()));
        Process.GetProcessById(int.Parse(await ReadWhenThereAsync(marker), System.Globalization.CultureInfo.InvariantCulture)).Kill();
    }

    private static NexusAttestationOptions Shell(string script) => new() { Command = "sh", Args = ["-c", script] };

    private static Task<string> RunAsync(string script, NexusTokenRequest request) => RunAsync(Shell(script), request);

    private static async Task<string> RunAsync(NexusAttestationOptions options, NexusTokenRequest request)
    {
        var command = new AttestationCommand(options, new LogCollector().CreateLogger("attestation"), TimeProvider.System);
        return Encoding.UTF8.GetString(await command.RunAsync(request, TestContext.Current.CancellationToken).BoundedAsync());
    }

    private static NexusTokenRequest CreateRequest(NexusTokenStage stage = NexusTokenStage.Handshake, string? nonce = null) => new()
    {
        Stage = stage,
        SessionNonce = nonce,
        BackendName = "my-backend",
        Hostnames = ["a.example", "b.example"],
        TcpPorts = [53, 80, 443],
        UdpRoutes = [new() { Port = 53, FlowIdleTimeoutSeconds = 30 }, new() { Port = 67 }],
        Weight = 3,
        OutboundAllowed = true,
        AllowedOutboundPorts = [25, 465],
    };

    private static async Task<string> ReadWhenThereAsync(string file)
    {
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(file) ?? "") { EnableRaisingEvents = true };
        var there = new TaskCompletionSource();
        watcher.Created += (_, _) => there.TrySetResult();
        watcher.Renamed += (_, _) => there.TrySetResult();
        while (!File.Exists(file)) await there.Task.BoundedAsync();
        return (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim();
    }

    private static async Task AssertEndsAsync(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).BoundedAsync();
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }
}
