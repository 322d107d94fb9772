using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Backend;

public sealed class RefusalTextTests
{
    private static readonly string[] s_stopWords =
    [
        "401", "403", "unauthorized", "forbidden", "invalid token", "invalid credential", "authentication failed", "rate limit",
    ];

    private static List<string> Texts { get; } =
    [
        .. Enum.GetValues<TokenError>().Where(value => value != TokenError.None).Select(value => value.ToCloseReason()),
        .. Enum.GetValues<TokenRule>().Where(value => value != TokenRule.None).Select(value => value.ToCloseReason()),
        .. Enum.GetValues<ClaimRefusal>().Where(value => value != ClaimRefusal.None).Select(value => value.ToCloseReason()),
    ];

    [Fact]
    public void ToCloseReason_EveryRefusal_HasItsOwnText() => Assert.Equal(Texts.Count, Texts.Distinct().Count());

    [Fact]
    [Statement("node 32")]
    public void ToCloseReason_EveryRefusal_FitsACloseFrame() => Assert.All(Texts, text => Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, CloseText.MaxBytes));

    [Fact]
    [Statement("node 33")]
    public void ToCloseReason_EveryRefusal_AvoidsTheWordsThatStopClients() =>
        Assert.All(Texts, text => Assert.All(s_stopWords, word => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase)));

    [Theory]
    [InlineData("the account is suspended", true)]
    [InlineData("", false)]
    [InlineData("HTTP 403", false)]
    [InlineData("Invalid Token", false)]
    [InlineData("two\nlines", false)]
    public void IsHarmless_TextOfSomebodyElse_IsOneThatStopsNobody(string text, bool isHarmless) => Assert.Equal(isHarmless, RefusalText.IsHarmless(text));

    [Fact]
    public void IsHarmless_LongText_IsNot() => Assert.False(RefusalText.IsHarmless(new string('ä', 62)));
}
