using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Nexus.Certs.Tests.Public;
using Nexus.Contracts.Identities.V1;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Tests.Sharing;

/// <summary>Several Certs: one issues, all serve and answer.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SharingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RedisKind.Redis)]
    [InlineData(RedisKind.Garnet)]
    public async Task TwoCerts_OneOrder_OneCertificate_OneAuthority_TokensOnce(RedisKind kind)
    {
        await using var certs = await SharedCerts.StartAsync(kind);
        certs.Authority.Edge.Hold();
        await certs.StartBothAsync();
        // What the authority asks is answered by the one that does not issue.
        certs.Authority.Edge.Ask((await certs.WaitForLeaderAsync()).Follower.GrpcAddress);
        using var one = await certs.Authority.WaitForIssuedAsync(certs.One);
        using var two = await certs.Authority.WaitForIssuedAsync(certs.Two);
        Assert.Equal(one.Thumbprint, two.Thumbprint);
        Assert.Equal(1, certs.Authority.Orders);
        Assert.Equal(1, certs.Authority.Accounts);

        Assert.Equal(await RootAsync(certs.One), await RootAsync(certs.Two));
        var token = await MakeTokenAsync(certs);
        Assert.NotEmpty((await JoinAsync(certs.Two, token)).Certificate);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => JoinAsync(certs.One, token))).StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => JoinAsync(certs.Two, token))).StatusCode);
        await AssertSealedAsync(certs, token);
    }

    [Fact]
    public async Task Leader_KilledInAnOrder_TheOtherCompletesIt()
    {
        await using var certs = await SharedCerts.StartAsync(RedisKind.Redis, new() { ValidationDelay = TimeSpan.FromSeconds(3), NonceRejectPercent = 20 });
        await certs.StartBothAsync();
        var (leader, follower) = await certs.WaitForLeaderAsync();
        await Eventually.SucceedsAsync(async () => (await certs.DumpAsync()).Keys.Any(key => key.Contains(":challenge-", StringComparison.Ordinal)), () => certs.Authority.Pebble.Output);
        await leader.KillAsync();

        using var issued = await certs.Authority.WaitForIssuedAsync(follower);
        Assert.InRange(certs.Authority.Orders, 1, 2);
        Assert.Equal(1, certs.Authority.Accounts);

        // The one that was killed comes back and does as the other has done.
        leader.Start();
        using var again = await certs.Authority.WaitForIssuedAsync(leader);
        Assert.Equal(issued.Thumbprint, again.Thumbprint);
    }

    [Fact]
    public async Task RedisLost_WhatIsKnownIsServed_AndNothingIsOrdered()
    {
        await using var certs = await SharedCerts.StartAsync(RedisKind.Redis);
        await certs.StartBothAsync();
        using var issued = await certs.Authority.WaitForIssuedAsync(certs.One);
        using var same = await certs.Authority.WaitForIssuedAsync(certs.Two);
        var orders = certs.Authority.Orders;
        var (leader, _) = await certs.WaitForLeaderAsync();
        await certs.Redis.KillAsync();
        await leader.Process.WaitForLineAsync("issue any more", Cancellation);
        Assert.Equal(issued.Thumbprint, (await CertsAtAuthority.CurrentAsync(certs.One))?.Thumbprint);
        Assert.Equal(issued.Thumbprint, (await CertsAtAuthority.CurrentAsync(certs.Two))?.Thumbprint);

        // It comes back empty, and gets back what one of them knows.
        await certs.Redis.StartAsync();
        await Eventually.SucceedsAsync(async () => (await certs.DumpAsync()).Keys.Any(key => key.Contains(":certificate-", StringComparison.Ordinal)), () => certs.Authority.Pebble.Output);
        Assert.Equal(orders, certs.Authority.Orders);
        Assert.Equal(issued.Thumbprint, (await CertsAtAuthority.CurrentAsync(certs.One))?.Thumbprint);
    }

    [Fact]
    public async Task Key_OfAnother_EndsTheStart_AndSaysWhy()
    {
        await using var certs = await SharedCerts.StartAsync(RedisKind.Redis);
        certs.One.Start();
        await certs.One.WaitUntilHealthyAsync();
        certs.WriteKey("other.key");
        var other = certs.Authority.Add(certs.Settings("three", "other.key"));
        other.Start();
        Assert.Equal(78, await other.Process.WaitForExitAsync(Cancellation));
        Assert.Contains(other.Process.Lines, line => line.IsError && line.Text.Contains("Nexus:Certs:Sharing:KeyFile", StringComparison.Ordinal) && line.Text.Contains("another key", StringComparison.Ordinal));
    }

    private static async Task AssertSealedAsync(SharedCerts certs, string token)
    {
        var kept = await certs.DumpAsync();
        Assert.Contains(kept.Keys, key => key.Contains(":services", StringComparison.Ordinal));
        Assert.Contains(kept.Keys, key => key.Contains(":account-", StringComparison.Ordinal));
        Assert.All(kept, entry =>
        {
            Assert.DoesNotContain("PRIVATE KEY", entry.Value, StringComparison.Ordinal);
            Assert.DoesNotContain("BEGIN", entry.Value, StringComparison.Ordinal);
            Assert.DoesNotContain(token.Split('.')[3], entry.Key + entry.Value, StringComparison.Ordinal);
        });
    }

    private static async Task<string> MakeTokenAsync(SharedCerts certs)
    {
        await using var command = RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Certs"), ["join-token", "edge"], certs.Authority.Settings(certs.Settings("command")));
        Assert.Equal(0, await command.WaitForExitAsync(Cancellation));
        return Assert.Single(command.Lines, line => !line.IsError).Text;
    }

    private static async Task<byte[]> RootAsync(ServiceProcess certs)
    {
        using var channel = GrpcDefaults.CreateChannel(new Uri(certs.GrpcAddress));
        return (await new Contracts.Identities.V1.Identities.IdentitiesClient(channel).GetRootAsync(new(), cancellationToken: Cancellation)).Certificate.ToByteArray();
    }

    private static async Task<Identity> JoinAsync(ServiceProcess certs, string token)
    {
        using var channel = GrpcDefaults.CreateChannel(new Uri(certs.GrpcAddress));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new JoinRequest
        {
            Role = "edge",
            Secret = token.Split('.')[3],
            SigningRequest = ByteString.CopyFrom(new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256).CreateSigningRequest()),
        };
        return await new Contracts.Identities.V1.Identities.IdentitiesClient(channel).JoinAsync(request, cancellationToken: Cancellation);
    }
}
