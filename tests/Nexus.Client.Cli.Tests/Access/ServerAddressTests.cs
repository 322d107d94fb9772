using Nexus.Client.Cli.Access;

namespace Nexus.Client.Cli.Tests.Access;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("hub.example.com", "wss://hub.example.com/connect")]
    [InlineData(" hub.example.com:8443 ", "wss://hub.example.com:8443/connect")]
    [InlineData("https://hub.example.com", "wss://hub.example.com/connect")]
    [InlineData("wss://hub.example.com:8443/", "wss://hub.example.com:8443/connect")]
    [InlineData("wss://hub.example.com/way/in", "wss://hub.example.com/way/in")]
    [InlineData("ws://127.0.0.1:9000", "ws://127.0.0.1:9000/connect")]
    [InlineData("[2001:db8::1]:8443", "wss://[2001:db8::1]:8443/connect")]
    public void Address_AsPeopleWriteIt_IsCompleted(string text, string expected)
    {
        Assert.True(ServerAddress.TryParse(text, out var address, out var problem), problem);
        Assert.Equal(expected, address.OriginalString);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://hub.example.com")]
    [InlineData("wss://user:secret@hub.example.com")]
    [InlineData("hub.example.com:99999")]
    [InlineData("hub example com")]
    [InlineData("wss://hub.example.com/connect?token=x")]
    public void Address_ThatIsNone_IsNamed(string text)
    {
        Assert.False(ServerAddress.TryParse(text, out _, out var problem));
        Assert.Contains($"\"{text}\"", problem, StringComparison.Ordinal);
    }
}
