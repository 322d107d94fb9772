using Nexus.Acme.Problems;
using Nexus.Acme.Transport;

namespace Nexus.Acme.Tests.Transport;

public sealed class AuthorityUrlsTests
{
    [Theory]
    [InlineData("https://ca.example/acme/order/1")]
    [InlineData("https://CA.example/acme/order/1?x=y")]
    [InlineData("https://certificates.example/1")]
    public void Address_OfAPublicAuthority_IsUsed(string address) => Assert.Equal(new Uri(address), new AuthorityUrls(new("https://ca.example/dir")).Check(address, "it"));

    [Theory]
    [InlineData("http://ca.example/order")]
    [InlineData("https://ca.example:8443/order")]
    [InlineData("https://127.0.0.1/order")]
    [InlineData("https://[::1]/order")]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("https://10.0.0.1/order")]
    [InlineData("https://localhost/order")]
    [InlineData("https://localhost./order")]
    [InlineData("https://a.localhost/order")]
    [InlineData("https://router/order")]
    [InlineData("https://0x7f000001/order")]
    [InlineData("https://2130706433/order")]
    [InlineData("https://user@ca.example/order")]
    [InlineData("https://ca.example/order#part")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://ca.example/order")]
    public void Address_ThatIsNotSafe_IsRefused(string address) =>
        Assert.Equal(AcmeErrorKind.RefusedAddress, Assert.Throws<AcmeException>(() => new AuthorityUrls(new("https://ca.example/dir")).Check(address, "it")).Kind);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("order/1")]
    [InlineData("https://")]
    public void NoAddress_IsBadAnswer(string? address) =>
        Assert.Equal(AcmeErrorKind.BadAnswer, Assert.Throws<AcmeException>(() => new AuthorityUrls(new("https://ca.example/dir")).Check(address, "it")).Kind);

    [Theory]
    [InlineData("https://ca.example/dir", false, true)]
    [InlineData("https://127.0.0.1:14000/dir", false, true)]
    [InlineData("http://127.0.0.1:14000/dir", false, false)]
    [InlineData("http://127.0.0.1:14000/dir", true, true)]
    [InlineData("http://ca.example/dir", true, false)]
    [InlineData("https://user:word@ca.example/dir", true, false)]
    public void Directory_HttpOnlyOnLoopbackAndWhenAllowed(string address, bool allowed, bool isFine)
    {
        var options = new AcmeOptions { Directory = new(address), AllowHttpOnLoopback = allowed };
        Assert.Equal(isFine, options.Validate().Count == 0);
        if (!isFine) Assert.Throws<ArgumentException>(() => new Nexus.Acme.Authority.AcmeAuthority(options));
    }

    [Fact]
    public void Options_AllErrorsAtOnce()
    {
        var options = new AcmeOptions { Directory = new("http://x/"), RequestTimeout = TimeSpan.Zero, PollLimit = TimeSpan.FromDays(1), MaxNonceRetries = -1, UserAgent = "a\nb" };
        Assert.Equal(5, options.Validate().Count);
    }
}
