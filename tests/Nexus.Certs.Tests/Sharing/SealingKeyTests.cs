using System.Runtime.Versioning;
using System.Security.Cryptography;
using Nexus.Certs.Sharing;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Tests.Sharing;

[UnsupportedOSPlatform("windows")]
public sealed class SealingKeyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Text_Sealed_IsOpenedUnderItsNameOnly_AndLooksDifferentEachTime()
    {
        var key = Key("one");
        var whole = key.Seal("account", "a secret: ä");
        Assert.Equal("a secret: ä", key.Open("account", whole));
        Assert.NotEqual(whole, key.Seal("account", "a secret: ä"));
        Assert.DoesNotContain("secret", whole, StringComparison.Ordinal);
        Assert.Throws<WrongSealingKeyException>(() => key.Open("order", whole));
        Assert.Throws<WrongSealingKeyException>(() => Key("two").Open("account", whole));
    }

    [Fact]
    public void Text_ChangedAnywhere_IsNotOpened()
    {
        var key = Key("one");
        var bytes = Convert.FromBase64String(key.Seal("account", "text"));
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            Assert.Throws<WrongSealingKeyException>(() => key.Open("account", Convert.ToBase64String(changed)));
            Assert.Throws<WrongSealingKeyException>(() => key.Open("account", Convert.ToBase64String(bytes[..i])));
        }

        Assert.Throws<WrongSealingKeyException>(() => key.Open("account", "no base64"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no base64")]
    [InlineData("AAAA")]
    public void File_WithoutAKey_IsRefused_WithoutItsContent(string text)
    {
        var refused = Assert.Throws<FormatException>(() => Write("key", text));
        if (text.Length > 0) Assert.DoesNotContain(text, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_OpenToOthers_IsRefused()
    {
        Key("one");
        File.SetUnixFileMode(_folder.PathOf("one"), PrivateFiles.OwnerOnly | UnixFileMode.GroupRead);
        Assert.Contains("0600", Assert.Throws<FormatException>(() => SealingKey.Read(_folder.PathOf("one"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private SealingKey Key(string name) => Write(name, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n");

    private SealingKey Write(string name, string text)
    {
        File.WriteAllText(_folder.PathOf(name), text);
        File.SetUnixFileMode(_folder.PathOf(name), PrivateFiles.OwnerOnly);
        return SealingKey.Read(_folder.PathOf(name));
    }
}
