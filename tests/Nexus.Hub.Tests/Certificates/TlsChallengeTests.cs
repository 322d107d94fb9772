using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Nexus.Hub.Certificates;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Certificates;

/// <summary>Proofs of the hub's name in handshakes on the port that backends dial (RFC 8737).</summary>
public sealed class TlsChallengeTests
{
    private static readonly SslApplicationProtocol s_proof = new("acme-tls/1");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HubUnderTest.Name)]
    [InlineData("HUB.test")]
    public async Task Proof_UnderWay_IsShown_AndTheConnectionEndsWithTheHandshake(string name)
    {
        await using var hub = await HubUnderTest.StartAsync();
        var proof = hub.Certificates.IssuePem(HubUnderTest.Name);
        hub.Region.Challenges.Proof = proof;
        await using var authority = await ShakeAsync(hub, name, s_proof);

        Assert.Equal(s_proof, authority.NegotiatedApplicationProtocol);
        using var expected = X509Certificate2.CreateFromPem(proof.Certificate);
        Assert.Equal(expected.GetCertHashString(), authority.RemoteCertificate?.GetCertHashString());
        Assert.Equal(0, await authority.ReadAsync(new byte[1], Cancellation).AsTask().BoundedAsync());
    }

    [Fact]
    public async Task NoProof_IsRefused_AndOthersAreServed()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await RefusedAsync(hub, HubUnderTest.Name, s_proof);
        Assert.Equal(1, hub.Region.Challenges.Calls);

        await RefusedAsync(hub, HubUnderTest.Name, s_proof, SslApplicationProtocol.Http11); // RFC 8737 §3: it has to be the only one; Certs has none anyway
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var plain = await ShakeAsync(hub, HubUnderTest.Name, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11, s_proof);
        Assert.Equal(SslApplicationProtocol.Http11, plain.NegotiatedApplicationProtocol);
    }

    [Fact]
    public async Task OtherName_IsRefused_WithoutACall()
    {
        await using var hub = await HubUnderTest.StartAsync();
        hub.Region.Challenges.Proof = hub.Certificates.IssuePem("app.test");
        await RefusedAsync(hub, "app.test", s_proof);
        await RefusedAsync(hub, "", s_proof);
        Assert.Equal(0, hub.Region.Challenges.Calls);
    }

    [Fact]
    public async Task ManyStrangers_CostABoundedNumberOfCalls_AndThenProofsAreGivenAgain()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        for (var i = 0; i < TlsChallenges.MaxPerSecond + 10; i++) await RefusedAsync(hub, HubUnderTest.Name, s_proof);
        Assert.Equal(TlsChallenges.MaxPerSecond, hub.Region.Challenges.Calls);

        hub.Region.Challenges.Proof = hub.Certificates.IssuePem(HubUnderTest.Name);
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        await using var authority = await ShakeAsync(hub, HubUnderTest.Name, s_proof);
        Assert.Equal(s_proof, authority.NegotiatedApplicationProtocol);
    }

    [Fact]
    public async Task CertsAway_IsRefused()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await hub.Region.StopAsync();
        await RefusedAsync(hub, HubUnderTest.Name, s_proof);
    }

    /// <summary>The runtime's own parser of hellos throws at some of them what no handshake should.</summary>
    [Theory]
    [InlineData(new byte[] { 22, 3, 3, 0, 4, 1, 0, 0, 0 })]
    [InlineData(new byte[] { 22, 3, 3, 0, 0 })]
    [InlineData(new byte[] { 22, 3, 3, 0, 1, 1 })]
    [InlineData(new byte[] { 22, 3, 3, 0, 6, 1, 0, 0, 2, 3, 3 })]
    public async Task Hello_WithNothingInIt_EndsItsOwnConnection_AndIsNoErrorOfOurs(byte[] hello)
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var stranger = new TcpClient();
        await stranger.ConnectAsync(hub.BackendEndPoint, Cancellation);
        var line = stranger.GetStream();
        try
        {
            await line.WriteAsync(hello, Cancellation);
            stranger.Client.Shutdown(SocketShutdown.Send);
            await line.CopyToAsync(Stream.Null, Cancellation).BoundedAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // A reset is an end as well.
        }

        await using var plain = await ShakeAsync(hub, HubUnderTest.Name, SslApplicationProtocol.Http11);
        Assert.Empty(hub.Logs.At(LogLevel.Error));
    }

    private static async Task RefusedAsync(HubUnderTest hub, string name, params SslApplicationProtocol[] protocols)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => ShakeAsync(hub, name, protocols));
        Assert.True(refused is IOException or AuthenticationException, refused.ToString());
    }

    private static async Task<SslStream> ShakeAsync(HubUnderTest hub, string name, params SslApplicationProtocol[] protocols)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(hub.BackendEndPoint, Cancellation);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = name, ApplicationProtocols = [.. protocols], RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null },
                Cancellation).BoundedAsync();
            return tls;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            await tls.DisposeAsync();
            throw;
        }
    }
}
