using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Nexus.Acme.Challenges;
using Nexus.Client;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>The user's machine gets a certificate for the user's own domain through the blind edge.</summary>
[Collection(nameof(HandOverCollection))]
public sealed class OwnCertificateTests(SystemUnderTest system)
{
    private const int Renewals = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PlainTarget_BecomesASiteThatStrangersTrust_AndStaysSoWhenTheAuthorityIsGone()
    {
        await using var own = await OwnCertificate.BeginAsync(system, new() { NonceRejectPercent = 20, ValidationDelay = TimeSpan.FromSeconds(1) });
        await own.StartAsync("own.test");
        await own.UntilPresentAsync();
        Assert.Equal(TestOrigin.Greeting, await own.GetAsync("own.test"));
        Assert.Contains(own.Logs.Records, record => record.Message.Contains("tls-alpn-01", StringComparison.Ordinal));
        AssertSecret(own);

        // The stored certificate is there at once, whatever has become of the authority.
        var validation = await own.Pebble.GetValidationAsync();
        await own.Pebble.KillAsync();
        await own.StartAsync("own.test");
        await own.Client.WaitUntilConnectedAsync(Cancellation).BoundedAsync();
        await own.UntilPresentAsync();
        using var user = own.CreateUser(validation);
        // The edge may not know yet that the name is back.
        await Eventually.SucceedsAsync(async () => await user.GetStringAsync(new Uri($"https://own.test:{system.RelayPort}/"), Cancellation) == TestOrigin.Greeting, () => own.Info.ToString());
    }

    [Fact]
    public async Task ProofByTls_IsRefused_TheOneByHttpDoes()
    {
        using var nobody = FreePort.Reserve();
        await using var own = await OwnCertificate.BeginAsync(system, new() { TlsPort = nobody.Port });
        await own.StartAsync("second-choice.test");
        await own.UntilPresentAsync();
        Assert.Equal(TestOrigin.Greeting, await own.GetAsync("second-choice.test"));
        Assert.Contains(own.Logs.Records, record => record.Message.Contains("http-01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dns_LeadsElsewhere_TheStateSaysSo_AndAnAttemptAfterTheRepairSucceeds()
    {
        const string Host = "elsewhere.test";
        await using var own = await OwnCertificate.BeginAsync(system);
        await own.Pebble.Dns.SetAddressesAsync(Host, "127.0.0.77");
        await own.StartAsync(Host);
        var failed = await own.WaitForAsync(info => info.State == NexusCertificateState.Failed);
        Assert.Contains("could not connect", failed.Problem, StringComparison.Ordinal);
        Assert.NotNull(failed.NextAttempt);

        await own.Pebble.Dns.ClearAddressesAsync(Host);
        await own.StartAsync(Host, options => options.Tls.RetriesAtOnce = true);
        await own.UntilPresentAsync();
        Assert.Equal(TestOrigin.Greeting, await own.GetAsync(Host));
    }

    [Fact]
    public async Task Authority_HasForgottenEverything_NewNamesAreCertifiedAllTheSame()
    {
        await using var own = await OwnCertificate.BeginAsync(system);
        await own.StartAsync("before.test");
        await own.UntilPresentAsync();
        await own.Pebble.RestartEmptyAsync();

        await own.Client.UpdateAsync(Options(own, "before.test", "after.test"), Cancellation).BoundedAsync();
        await own.UntilPresentAsync();
        Assert.Equal(["after.test", "before.test"], own.Client.Certificates.Select(certificate => certificate.Host));
        Assert.Equal(TestOrigin.Greeting, await own.GetAsync("after.test"));

        // An authority that is not there takes nothing away.
        var elsewhere = Options(own, "after.test");
        elsewhere.Tls.Directory = "https://127.0.0.1:9/directory";
        await own.Client.UpdateAsync(elsewhere, Cancellation).BoundedAsync();
        Assert.Equal(NexusCertificateState.Present, (await own.WaitForAsync(info => info.Problem is not null)).State);
        Assert.Equal(TestOrigin.Greeting, await own.GetAsync("after.test"));
    }

    [Fact]
    public async Task TwoClientsOfOneName_WithOneFolder_OrderOnce_AndBothAreTrusted()
    {
        const string Host = "shared.test";
        await using var own = await OwnCertificate.BeginAsync(system, new() { ValidationDelay = TimeSpan.FromSeconds(1) });
        await own.StartAsync(Host);
        await using var other = new NexusClient(Options(own, Host));
        await other.StartAsync(Cancellation);
        await own.UntilPresentAsync();
        await other.WaitUntilCertifiedAsync(Cancellation).BoundedAsync();
        Assert.Single(own.Pebble.Output.Split('\n'), line => line.Contains("Issued certificate", StringComparison.Ordinal));
        for (var i = 0; i < 4; i++) Assert.Equal(TestOrigin.Greeting, await own.GetAsync(Host)); // by turns
    }

    [Fact]
    public async Task TenRenewalsUnderLoad_NoConnectionFails()
    {
        const string Host = "renewed.test";
        await using var own = await OwnCertificate.BeginAsync(system, new() { NonceRejectPercent = 20, CertificateValidity = TimeSpan.FromSeconds(3) });
        await own.StartAsync(Host);
        await own.UntilPresentAsync();
        using var root = await own.Pebble.GetRootAsync();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var serials = new ConcurrentDictionary<string, bool>();
        var loading = Task.WhenAll(LoadAsync(), LoadAsync());
        await Eventually.SucceedsAsync(
            () => Task.FromResult(loading.IsCompleted || serials.Count > Renewals), () => $"Only {serials.Count} certificates. {own.Info}", TestTimeouts.Long);
        await done.CancelAsync();
        Assert.All(await loading.BoundedAsync(), count => Assert.True(count > Renewals, $"Only {count} connections."));
        Assert.True(serials.Count > Renewals);

        async Task<int> LoadAsync()
        {
            var count = 0;
            for (; !done.IsCancellationRequested; count++)
            {
                using var user = own.CreateUser(OwnCertificate.Trusting(root, seen => serials.TryAdd(seen.SerialNumber, true)));
                Assert.Equal(TestOrigin.Greeting, await user.GetStringAsync(new Uri($"https://{Host}:{system.RelayPort}/"), Cancellation).BoundedAsync());
            }

            return count;
        }
    }

    [Fact]
    public async Task PassthroughBesideIt_TargetGetsEveryByte_EvenOfAProof()
    {
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        await using var own = await OwnCertificate.BeginAsync(system);
        await own.StartAsync("ended.test", options =>
        {
            options.Hostnames.Add("passed.test");
            options.PortMappings[system.RelayPort].Hosts["passed.test"] = target.LocalEndpoint.ToString() ?? "";
        });
        await own.UntilPresentAsync();
        var hello = await HelloAsync("passed.test");
        using var user = new TcpClient();
        await user.ConnectAsync(IPAddress.Loopback, system.RelayPort, Cancellation);
        await user.GetStream().WriteAsync(hello, Cancellation);
        using var seen = await target.AcceptTcpClientAsync(Cancellation).AsTask().BoundedAsync();
        var received = new byte[hello.Length];
        await seen.GetStream().ReadExactlyAsync(received, Cancellation).AsTask().BoundedAsync();
        Assert.Equal(hello, received);
    }

    private NexusBackendOptions Options(OwnCertificate own, params string[] hosts)
    {
        var options = system.OutboundOptions();
        (options.Name, options.Hostnames) = (own.Client.Name, hosts);
        options.PortMappings[system.RelayPort] = new() { Default = $"127.0.0.1:{system.Origin.HttpPort}", DefaultTls = new() { Mode = NexusTlsMode.Auto } };
        options.Tls = new() { Directory = own.Pebble.Directory.ToString(), AuthorityCertificates = [own.Pebble.TlsRoot], StateDirectory = own.StateFolder, MaxOrdersPerHour = 100 };
        return options;
    }

    /// <summary>The keys of account and certificate are in their files, for their owner only, and in no log.</summary>
    private static void AssertSecret(OwnCertificate own)
    {
        var scan = new SecretScan();
        scan.PlantFolder(own.StateFolder, _ => false);
        Assert.InRange(scan.Count, 2, 10);
        scan.Look("log", string.Join('\n', own.Logs.Records.Select(record => $"{record.Message} {record.Exception} {string.Join(' ', record.Properties.Values)}")));
        scan.LookAtModes("state", own.StateFolder);
        Assert.Empty(scan.Findings);
    }

    /// <summary>A ClientHello as an authority sends it.</summary>
    private static async Task<byte[]> HelloAsync(string host)
    {
        await using var pair = new StreamPair();
        await using var user = new SslStream(pair.Near, leaveInnerStreamOpen: true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var shaking = user.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, ApplicationProtocols = [new(ChallengeAnswer.AlpnProtocol)] }, stop.Token);
        var hello = new byte[16 * 1024];
        var count = await pair.Far.ReadAsync(hello, Cancellation).AsTask().BoundedAsync();
        await stop.CancelAsync();
        await shaking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return hello[..count];
    }
}
