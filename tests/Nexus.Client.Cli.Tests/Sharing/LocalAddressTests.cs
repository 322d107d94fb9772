using Nexus.Client.Cli.Access;
using Nexus.Client.Cli.Sharing;

namespace Nexus.Client.Cli.Tests.Sharing;

public sealed class LocalAddressTests
{
    [Theory]
    [InlineData("3000", "localhost:3000", false)]
    [InlineData(":3000", "localhost:3000", false)]
    [InlineData("web:80", "web:80", false)]
    [InlineData("[::1]:80", "[::1]:80", false)]
    [InlineData("http://192.168.1.10:8080", "192.168.1.10:8080", false)]
    [InlineData("http://web/", "web:80", false)]
    [InlineData("https://localhost:8443", "localhost:8443", true)]
    [InlineData("https://localhost", "localhost:443", true)]
    [InlineData("tcp://db:5432", "db:5432", false)]
    public void Address_AsPeopleWriteIt_IsRead(string text, string target, bool endsTls) => Assert.Equal(new(target, endsTls), LocalAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("70000")]
    [InlineData("web")]
    [InlineData("web:")]
    [InlineData("a b:80")]
    [InlineData("ftp://web")]
    [InlineData("http://user@web")]
    [InlineData("tcp://db")]
    [InlineData("http://web/path")]
    [InlineData("http://web/?q")]
    public void Address_ThatIsNone_IsNamed(string text) =>
        Assert.Contains($"\"{text}\"", Assert.Throws<CommandException>(() => LocalAddress.Parse(text)).Message, StringComparison.Ordinal);
}
