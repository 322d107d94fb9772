namespace Nexus.Certs.Tests.Public;

/// <summary>The real process is killed at every step of an order, as the authority sees the steps.</summary>
public sealed class KilledTests
{
    /// <summary>What pebble prints of each, in their order. Some come although nobody is there any more.</summary>
    private static readonly string[] s_steps =
    [
        "HEAD /nonce-plz", "POST /sign-me-up", "Added order", "POST /authZ/", "POST /chalZ/", "Attempting to validate",
        "set VALID by completed challenge", "POST /finalize-order/", "Issued certificate serial", "POST /certZ/",
    ];

    [Fact]
    public async Task EveryStep_Killed_TheNextStartGoesOn_AndTheAuthorityIsNotAskedAgainAndAgain()
    {
        await using var authority = await CertsAtAuthority.StartAsync(new() { NonceRejectPercent = 10, ValidationDelay = TimeSpan.FromSeconds(1) });
        var pebble = authority.Pebble;
        var certs = authority.Add();
        var seen = s_steps.ToDictionary(step => step, pebble.Count);
        foreach (var step in s_steps)
        {
            certs.Start();
            await pebble.WaitForCountAsync(step, seen[step] + 1);
            seen = s_steps.ToDictionary(each => each, pebble.Count);
            await certs.KillAsync();
        }

        certs.Start();
        using var issued = await authority.WaitForIssuedAsync(certs);
        Assert.Equal(1, authority.Accounts);
        // One is lost when the process dies between the authority's answer and the disk, one when the authority asks and nobody is there.
        Assert.InRange(authority.Orders, 1, 4);
    }
}
