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
        var certs = authority.Add(("Nexus__Certs__Acme__MaxOrdersPerHour", "50")); // more than are allowed here
        foreach (var step in s_steps)
        {
            var before = pebble.Count(step);
            certs.Start();
            // The authority is at some steps while nobody is there.
            await pebble.WaitForCountAsync(step, Math.Max(before, 1));
            await certs.KillAsync();
        }

        certs.Start();
        using var issued = await authority.WaitForIssuedAsync(certs);
        Assert.Equal(1, authority.Accounts);
        // One is lost when the process dies between the authority's answer and the disk, and one each time the authority asks and nobody is there.
        Assert.InRange(authority.Orders, 1, 5);
    }
}
