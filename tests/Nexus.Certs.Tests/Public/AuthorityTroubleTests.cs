namespace Nexus.Certs.Tests.Public;

/// <summary>What goes wrong between Certs and an authority; the client's own tests show more of it.</summary>
public sealed class AuthorityTroubleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Revoked_IsReplaced_AndAnAuthorityThatForgotEverythingIsAskedAnew()
    {
        await using var authority = await CertsAtAuthority.StartAsync(new() { NonceRejectPercent = 20 });
        var certs = authority.Add();
        certs.Start();
        using var first = await authority.WaitForIssuedAsync(certs);
        Assert.Equal(0, await RevokeAsync(authority, "--reason", "key-compromise"));
        Assert.Equal("Revoked", await authority.Pebble.GetStatusAsync(first.SerialNumber));
        using var second = await authority.WaitForAsync(certs, certificate => CertsAtAuthority.IsIssued(certificate) && certificate.SerialNumber != first.SerialNumber);
        Assert.NotEqual(Convert.ToHexString(first.GetPublicKey()), Convert.ToHexString(second.GetPublicKey()));
        Assert.Equal("Valid", await authority.Pebble.GetStatusAsync(second.SerialNumber));

        // The account and its orders are gone, and so is what could be revoked.
        await authority.Pebble.RestartEmptyAsync();
        await certs.KillAsync();
        foreach (var file in Directory.GetFiles(authority.Cache, "certificate-*")) File.Delete(file);
        certs.Start();
        using var third = await authority.WaitForAsync(certs, certificate => CertsAtAuthority.IsIssued(certificate) && certificate.SerialNumber != second.SerialNumber);
        Assert.Equal((1, 1), (authority.Accounts, authority.Orders));
    }

    [Fact]
    public async Task Name_ThatLeadsElsewhere_IsToldInWords_AndTheAuthorityIsLeftAlone()
    {
        await using var authority = await CertsAtAuthority.StartAsync();
        await authority.Pebble.Dns.SetAddressesAsync(CertsAtAuthority.Host, "127.9.9.9");
        var certs = authority.Add();
        certs.Start();
        var told = await certs.Process.WaitForLineAsync("Check that the name's address is this system's", Cancellation);
        Assert.Contains("The next attempt is", told.Text, StringComparison.Ordinal);
        await certs.KillAsync();

        certs.Start();
        await certs.Process.WaitForLineAsync("(too_early)", Cancellation);
        Assert.Equal(1, authority.Orders);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(64, "--reason", "boredom")]
    [InlineData(1, "--reason", "superseded")]
    public async Task Revoke_WithoutReasonOrCertificate_SaysSo(int code, params string[] arguments)
    {
        await using var authority = await CertsAtAuthority.StartAsync();
        Assert.Equal(code, await RevokeAsync(authority, arguments));
        Assert.Equal(0, authority.Accounts);
    }

    private static async Task<int> RevokeAsync(CertsAtAuthority authority, params string[] arguments)
    {
        await using var command = RealProcess.StartDotnet(ServiceProcess.PathOf("Nexus.Certs"), ["revoke", .. arguments], authority.Settings());
        return await command.WaitForExitAsync(Cancellation);
    }
}
