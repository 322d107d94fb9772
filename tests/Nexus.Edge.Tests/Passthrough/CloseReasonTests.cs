using Nexus.Edge.Passthrough;

namespace Nexus.Edge.Tests.Passthrough;

public sealed class CloseReasonTests
{
    [Fact]
    public void ToErrorType_EveryReason_HasItsOwnWord()
    {
        var words = Enum.GetValues<CloseReason>().Select(reason => reason.ToErrorType()).ToList();
        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.Single(words, (string?)null);
    }
}
