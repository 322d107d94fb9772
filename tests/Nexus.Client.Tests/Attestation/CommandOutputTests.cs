using System.Text;
using Nexus.Client.Attestation;
using Nexus.Testing;

namespace Nexus.Client.Tests.Attestation;

public sealed class CommandOutputTests
{
    [Theory]
    [InlineData("abc.def.ghi", "abc.def.ghi")]
    [InlineData("  abc  \nsecond line\n", "abc")]
    [InlineData("\r\n abc\r\nrest", "abc")]
    [InlineData("""{"token":" abc ","other":[1]}""", "abc")]
    [InlineData("""{"token":"abc","expiry":"not a time"}""", "abc")]
    [InlineData("""{"token":"abc","expiry":null}""", "abc")]
    [Statement("client 59")]
    public void Output_OfBothForms_GivesTheToken(string output, string expected)
    {
        var token = CommandOutput.Parse(Encoding.UTF8.GetBytes(output));
        Assert.Equal(expected, token.Value);
        Assert.Null(token.Expiry);
    }

    [Fact]
    [Statement("client 59")]
    public void Output_WithExpiry_GivesIt() =>
        Assert.Equal(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.FromHours(2)), CommandOutput.Parse("""{"token":"abc","expiry":"2031-02-03T04:05:06+02:00"}"""u8).Expiry);

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData("{}")]
    [InlineData("""{"token":"  "}""")]
    [InlineData("""{"token":12}""")]
    [InlineData("""{"token":"s3cr3t"} and more""")]
    [InlineData("""{"token":"s3cr3t""")]
    [Statement("client 59", "client 60")]
    public void Output_WithoutAToken_IsAnErrorThatDoesNotQuoteIt(string output)
    {
        var error = Assert.Throws<NexusTokenException>(() => CommandOutput.Parse(Encoding.UTF8.GetBytes(output)));
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }
}
