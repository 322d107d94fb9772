using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Nexus.Acme.Challenges;
using Nexus.Certs.Public;

namespace Nexus.Certs.Tests.Public;

public sealed class PublicOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Challenges_None_AreBoth_AndSomeAreThoseInTheirOrder()
    {
        Assert.Equal([ChallengeKind.Http01, ChallengeKind.TlsAlpn01], new PublicOptions().ChallengeKinds);
        Assert.Equal([ChallengeKind.TlsAlpn01, ChallengeKind.Http01], new PublicOptions { Challenges = { "tls-alpn-01", "http-01" } }.ChallengeKinds);
    }

    [Theory]
    [InlineData("is neither", "dns-01")]
    [InlineData("twice", "http-01", "http-01")]
    public void Challenges_Wrong_AreRefused(string problem, params string[] words)
    {
        var options = new PublicOptions { Hostname = "node.example.test" };
        foreach (var word in words) options.Challenges.Add(word);
        Assert.Contains(problem, Assert.Single(Validate(options)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("customer", null)]
    [InlineData("customer", "short")]
    [InlineData("customer", "no base64!")]
    public void ExternalAccount_HalfOrBroken_IsRefused_WithoutTheKey(string? id, string? key)
    {
        var file = key is null ? null : _folder.PathOf("mac.key");
        if (file is not null) File.WriteAllText(file, key);
        var problem = Assert.Single(Validate(new PublicOptions { ExternalAccountKeyId = id, ExternalAccountKeyFile = file }));
        if (key is { Length: > 0 }) Assert.DoesNotContain(key, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExternalAccount_OfAnAuthorityThatWantsOne_IsNamed_AndTheCertificateComes()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var text = Convert.ToBase64String(key).Replace('+', '-').Replace('/', '_').TrimEnd('=');
        await using var authority = await CertsAtAuthority.StartAsync(new() { ExternalAccounts = new Dictionary<string, string> { ["customer-1"] = text } });
        await File.WriteAllTextAsync(authority.Folder.PathOf("mac.key"), text + "\n", TestContext.Current.CancellationToken);
        var certs = authority.Add(
            ("Nexus__Certs__Acme__ExternalAccountKeyId", "customer-1"),
            ("Nexus__Certs__Acme__ExternalAccountKeyFile", authority.Folder.PathOf("mac.key")),
            ("Nexus__Certs__Acme__Contacts__0", "mailto:admin@example.com"));
        certs.Start();
        using var issued = await authority.WaitForIssuedAsync(certs);
        Assert.DoesNotContain(text, certs.Process.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static List<string> Validate(PublicOptions options) => [.. options.Validate(new ValidationContext(options)).Select(result => result.ErrorMessage ?? "")];
}
