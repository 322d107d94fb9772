using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>The node's certificate is renewed again and again while it is used.</summary>
public sealed class RenewalTests
{
    private const int Renewals = 10;

    private readonly ConcurrentDictionary<string, bool> _serials = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("node 138")]
    public async Task TenRenewalsUnderLoad_NoConnectionFails_AndTheNextHandshakeHasTheNewOne()
    {
        await using var node = await CertifiedNode.StartAsync(certificateValidity: TimeSpan.FromSeconds(3));
        using var root = await node.Pebble.GetRootAsync();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var user = node.CreateUser();
        Task<int>[] load =
        [
            HandshakeAsync(node.Hub, root, done.Token),
            HandshakeAsync(node.Hub, root, done.Token),
            RelayAsync(node, user, done.Token),
            DownloadAsync(node, done.Token),
        ];
        var loading = Task.WhenAll(load);
        // The first failure ends it; else ten renewals were seen by new backends.
        await Eventually.SucceedsAsync(
            () => Task.FromResult(loading.IsCompleted || _serials.Count > Renewals),
            () => $"Only {_serials.Count} certificates.\n{node.Describe()}",
            TestTimeouts.Long);
        await done.CancelAsync();
        var counts = await loading.WaitAsync(TestTimeouts.Default, Cancellation);
        Assert.All(counts, count => Assert.True(count > Renewals, $"Only {count} of one kind."));

        Assert.True(_serials.Count > Renewals);
        Assert.True(node.Peer.Shown.Count > Renewals / 2, $"The dialled peer saw {node.Peer.Shown.Count} certificates.");
        var newest = await SerialAtAsync(node.Mesh);
        Assert.True(node.Peer.Shown.Contains(newest) || _serials.ContainsKey(newest) || await SerialAtAsync(node.Hub) == newest, "The mesh's listener shows another one.");
        TestContext.Current.SendDiagnosticMessage("{0} certificates; handshakes, requests, downloads: {1}", _serials.Count, string.Join(", ", counts));
    }

    /// <summary>New backends, one after the other: TLS, and an answer.</summary>
    private async Task<int> HandshakeAsync(IPEndPoint hub, X509Certificate2 root, CancellationToken done)
    {
        var count = 0;
        for (; !done.IsCancellationRequested; count++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(hub, Cancellation).AsTask().BoundedAsync();
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = CertifiedNode.Host, RemoteCertificateValidationCallback = (_, shown, chain, _) => CertifiedNode.IsTrusted(root, shown, chain) }, Cancellation).BoundedAsync();
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {CertifiedNode.Host}\r\n\r\n"), Cancellation);
            using var answer = new StreamReader(tls, Encoding.ASCII);
            Assert.StartsWith("HTTP/1.1 404 ", await answer.ReadToEndAsync(Cancellation).BoundedAsync(), StringComparison.Ordinal);
            if (tls.RemoteCertificate is X509Certificate2 shown) _serials.TryAdd(shown.SerialNumber, true);
        }

        return count;
    }

    /// <summary>Requests on one connection through edge and hub.</summary>
    private static async Task<int> RelayAsync(CertifiedNode node, HttpClient user, CancellationToken done)
    {
        var count = 0;
        for (; !done.IsCancellationRequested; count++) Assert.Equal(TestOrigin.Greeting, await user.GetStringAsync(node.Address(""), Cancellation).BoundedAsync());
        return count;
    }

    /// <summary>New users, each with a connection of its own and a megabyte.</summary>
    private static async Task<int> DownloadAsync(CertifiedNode node, CancellationToken done)
    {
        const int Size = 1 << 20;
        var expected = TestOrigin.HashOf(TestOrigin.Blocks(Size));
        var count = 0;
        for (; !done.IsCancellationRequested; count++)
        {
            using var user = node.CreateUser();
            await using var body = await user.GetStreamAsync(node.Address(string.Create(CultureInfo.InvariantCulture, $"bytes/{Size}")), Cancellation).BoundedAsync();
            Assert.Equal(expected, await TestOrigin.HashOfAsync(body, Cancellation).BoundedAsync());
        }

        return count;
    }

    private static async Task<string> SerialAtAsync(IPEndPoint listener)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(listener, Cancellation).AsTask().BoundedAsync();
        var serial = "";
        await using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions { TargetHost = CertifiedNode.Host, RemoteCertificateValidationCallback = (_, shown, _, _) => (serial = ((X509Certificate2?)shown)?.SerialNumber ?? "").Length > 0 };
        await tls.AuthenticateAsClientAsync(options, Cancellation).BoundedAsync();
        return serial;
    }
}
