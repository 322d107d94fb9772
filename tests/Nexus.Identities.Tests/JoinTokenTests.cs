namespace Nexus.Identities.Tests;

public sealed class JoinTokenTests
{
    [Fact]
    public void Token_RoundTrips_AndShowsItsSecretOnlyWhenAsked()
    {
        using var authority = new TestCertificates();
        var token = JoinToken.Create(ServiceRole.Edge, authority.Root);
        Assert.True(JoinToken.TryParse($" {token.Reveal()}\n", out var read));
        Assert.Equal((token.Role, token.Secret), (read.Role, read.Secret));
        Assert.Equal(token.RootDigest, read.RootDigest);
        Assert.DoesNotContain(token.Secret, token.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(token.Secret, JoinToken.NameOf(token.Secret), StringComparison.Ordinal);
        Assert.NotEqual(token.Secret, JoinToken.Create(ServiceRole.Edge, authority.Root).Secret);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nxj1.hub")]
    [InlineData("nxj2.hub.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("nxj1.king.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("nxj1.hub.AAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("nxj1.hub.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    [InlineData("nxj1.hub.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.A")]
    public void Text_ThatIsNone_IsNotRead(string? text) => Assert.False(JoinToken.TryParse(text, out _));
}
