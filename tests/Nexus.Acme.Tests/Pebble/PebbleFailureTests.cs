using Nexus.Acme.Certificates;
using Nexus.Acme.Challenges;
using Nexus.Acme.Issuing;
using Nexus.Acme.Problems;
using Nexus.Acme.Signing;

namespace Nexus.Acme.Tests.Pebble;

public sealed class PebbleFailureTests
{
    [Fact]
    public async Task NothingServed_IsExplained_AndWithdrawn()
    {
        await using var acme = await PebbleIssuing.StartAsync();
        acme.Responder.IsMute = true;
        var result = await acme.IssueAsync("mute.example.com");
        Assert.Equal(IssueOutcome.Failed, result.Outcome);
        Assert.Equal(AcmeErrorKind.Unauthorized, result.Failure?.Kind);
        Assert.Equal("mute.example.com", result.Failure?.Identifier);
        Assert.Contains("mute.example.com", result.LastError, StringComparison.Ordinal);

        // Too early: the authority is not asked.
        Assert.Equal(IssueOutcome.TooEarly, (await acme.IssueAsync("mute.example.com")).Outcome);
        acme.Responder.IsMute = false;
        Assert.Equal(IssueOutcome.Issued, (await acme.IssueAsync(new IssueRequest { Names = ["mute.example.com"], IgnoresBackoff = true })).Outcome);
    }

    [Theory]
    [InlineData("elsewhere.example.com", AcmeErrorKind.Connection, AcmeRetry.AfterRepair)]
    [InlineData("www.blocked.example", AcmeErrorKind.RejectedIdentifier, AcmeRetry.AfterChange)]
    public async Task Name_OfAnotherMachineOrOfABlockedDomain_IsExplained(string name, AcmeErrorKind expected, AcmeRetry retry)
    {
        await using var acme = await PebbleIssuing.StartAsync(new PebbleOptions { BlockedDomains = ["blocked.example"] });
        await acme.Pebble.Dns.SetAddressesAsync("elsewhere.example.com", "127.9.9.9");
        var result = await acme.IssueAsync(name);
        Assert.Equal((expected, retry), (result.Failure?.Kind, result.Failure?.Explanation.Retry));
    }

    [Fact]
    public async Task DnsFails_IsExplained_AndOtherNamesAreNotTouched()
    {
        await using var acme = await PebbleIssuing.StartAsync();
        await acme.Pebble.Dns.FailAsync("broken.example.com");
        Assert.Equal(IssueOutcome.Failed, (await acme.IssueAsync("broken.example.com", "fine.example.com")).Outcome);
        Assert.Equal(IssueOutcome.Issued, (await acme.IssueAsync("fine.example.com")).Outcome);
    }

    [Fact]
    public async Task RestartedEmpty_AccountAndOrderAreMadeAnew()
    {
        await using var acme = await PebbleIssuing.StartAsync();
        Assert.Equal(IssueOutcome.Issued, (await acme.IssueAsync("again.example.com")).Outcome);
        var before = await acme.Issuer.GetAccountAsync(TestContext.Current.CancellationToken);
        await acme.Pebble.RestartEmptyAsync();
        var result = await acme.IssueAsync("again.example.com");
        Assert.Equal(IssueOutcome.Issued, result.Outcome);
        Assert.True(await acme.LeadsToRootAsync(result));
        var after = await acme.Issuer.GetAccountAsync(TestContext.Current.CancellationToken);
        Assert.Equal(before.Key.Thumbprint, after.Key.Thumbprint);
    }

    [Fact]
    public async Task NotThere_IsUnreachable_AndSoonTriedAgain()
    {
        await using var acme = await PebbleIssuing.StartAsync();
        await acme.Pebble.KillAsync();
        var result = await acme.IssueAsync("gone.example.com");
        Assert.Equal(AcmeErrorKind.Unreachable, result.Failure?.Kind);
        Assert.Equal(AcmeRetry.Soon, result.Failure?.Explanation.Retry);
    }

    [Fact]
    public async Task UntrustedTls_IsUnreachable()
    {
        await using var acme = await PebbleIssuing.StartAsync();
        using var authority = new Authority.AcmeAuthority(new AcmeOptions { Directory = acme.Pebble.Directory });
        var error = await Assert.ThrowsAsync<AcmeException>(() => authority.GetDirectoryAsync(TestContext.Current.CancellationToken).BoundedAsync());
        Assert.Equal(AcmeErrorKind.Unreachable, error.Kind);
        Assert.Contains("not trusted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoked_ByAccountAndByItsKey()
    {
        await using var acme = await PebbleIssuing.StartAsync();
        var stop = TestContext.Current.CancellationToken;
        var account = await acme.Issuer.GetAccountAsync(stop);
        var first = (await acme.IssueAsync("first.example.com")).Issued();
        using var firstLeaf = first.Chain.LoadLeaf();
        await account.RevokeAsync(firstLeaf, RevocationReason.Superseded, stop).BoundedAsync();
        Assert.Equal("Revoked", await acme.Pebble.GetStatusAsync(first.SerialNumber));

        var second = (await acme.IssueAsync("second.example.com")).Issued();
        Assert.Equal("Valid", await acme.Pebble.GetStatusAsync(second.SerialNumber));
        using var secondLeaf = second.Chain.LoadLeaf();
        using var key = SigningKey.FromPem(second.ExportPrivateKeyPem());
        await acme.Authority.RevokeAsync(secondLeaf, key, RevocationReason.KeyCompromise, stop).BoundedAsync();
        Assert.Equal("Revoked", await acme.Pebble.GetStatusAsync(second.SerialNumber));

        // Done already is done.
        await account.RevokeAsync(firstLeaf, RevocationReason.Superseded, stop).BoundedAsync();
    }

    [Fact]
    public async Task Account_IsFoundChangedRolledOverAndGivenUp()
    {
        await using var acme = await PebbleIssuing.StartAsync(new PebbleOptions { NonceRejectPercent = 20 });
        var stop = TestContext.Current.CancellationToken;
        using var key = SigningKey.Create();
        Assert.Null(await acme.Authority.FindAccountAsync(key, stop).BoundedAsync());
        var account = await acme.Authority.RegisterAsync(key, new() { AgreesToTerms = true }, stop).BoundedAsync();
        Assert.Equal(account.Address, (await acme.Authority.FindAccountAsync(key, stop).BoundedAsync())?.Address);
        Assert.Equal(["mailto:a@example.com"], (await account.ChangeContactsAsync(["mailto:a@example.com"], stop).BoundedAsync()).Contacts);

        using var rsa = SigningKey.FromPem(TestKeys.Rsa);
        await account.ChangeKeyAsync(rsa, stop).BoundedAsync();
        Assert.Equal(Accounts.AccountStatus.Valid, (await account.ReadAsync(stop).BoundedAsync()).Status);
        Assert.Null(await acme.Authority.FindAccountAsync(key, stop).BoundedAsync());
        await account.DeactivateAsync(stop).BoundedAsync();
        await Assert.ThrowsAsync<AcmeException>(() => account.ReadAsync(stop).BoundedAsync());
    }

    [Theory]
    [InlineData("ES384")]
    [InlineData("RS256")]
    public async Task KeysOfOtherKinds_AreAccepted(string algorithm)
    {
        await using var acme = await PebbleIssuing.StartAsync(null, null, ChallengeKind.Http01);
        using var key = SigningKey.FromPem(TestKeys.Find(algorithm));
        Assert.Equal(algorithm, key.Algorithm);
        Assert.True(await acme.Issuer.TryImportAccountAsync(key, TestContext.Current.CancellationToken));
        Assert.Equal(IssueOutcome.Issued, (await acme.IssueAsync("keys.example.com")).Outcome);
        Assert.Equal(key.Thumbprint, (await acme.Issuer.GetAccountAsync(TestContext.Current.CancellationToken)).Key.Thumbprint);
    }
}
