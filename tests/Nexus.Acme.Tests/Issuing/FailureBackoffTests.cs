using Nexus.Acme.Issuing;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Tests.Issuing;

public sealed class FailureBackoffTests
{
    [Fact]
    public void Kinds_AllHaveAnExplanation() => Assert.All(Enum.GetValues<AcmeErrorKind>(), kind =>
    {
        var explanation = AcmeExplanation.Of(kind);
        Assert.EndsWith(".", explanation.Meaning, StringComparison.Ordinal);
        Assert.EndsWith(".", explanation.Advice, StringComparison.Ordinal);
        Assert.Contains(explanation.Meaning, new AcmeException(kind, "what").Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Delay_NeverShorterThanAsked_NeverBeyondItsBounds()
    {
        var random = new Random(5);
        for (var round = 0; round < 10_000; round++)
        {
            var asked = random.Next(3) == 0 ? (TimeSpan?)null : TimeSpan.FromSeconds(random.NextDouble() * 1e9);
            var delay = FailureBackoff.Delay(random.Next(-3, int.MaxValue), Enum.GetValues<AcmeRetry>()[random.Next(4)], asked, random.NextDouble());
            Assert.True(delay >= TimeSpan.FromSeconds(48), $"{delay}");
            Assert.True(delay >= (asked < FailureBackoff.LongestRetryAfter ? asked : FailureBackoff.LongestRetryAfter) || asked is null, $"{delay} although {asked} was asked for");
            Assert.True(delay <= FailureBackoff.LongestRetryAfter * 1.05, $"{delay}");
        }
    }

    [Theory]
    [InlineData(AcmeRetry.Soon, 1, 1)]
    [InlineData(AcmeRetry.Soon, 3, 4)]
    [InlineData(AcmeRetry.Soon, 1_000, 60)]
    [InlineData(AcmeRetry.AfterRepair, 1, 10)]
    [InlineData(AcmeRetry.AfterRepair, 1_000, 360)]
    [InlineData(AcmeRetry.Later, 1, 60)]
    [InlineData(AcmeRetry.AfterChange, 1, 360)]
    [InlineData(AcmeRetry.AfterChange, 1_000, 1_440)]
    public void Delay_Doubles(AcmeRetry retry, int failures, double minutes) => Assert.Equal(TimeSpan.FromMinutes(minutes), FailureBackoff.Delay(failures, retry, null, 0.5));

    [Fact]
    public void Delay_SpreadsByChance()
    {
        Assert.Equal(TimeSpan.FromSeconds(48), FailureBackoff.Delay(1, AcmeRetry.Soon, null, 0));
        Assert.Equal(TimeSpan.FromSeconds(72), FailureBackoff.Delay(1, AcmeRetry.Soon, null, 1));
        Assert.NotEqual(FailureBackoff.Delay(1, AcmeRetry.Later, TimeSpan.FromHours(5), 0), FailureBackoff.Delay(1, AcmeRetry.Later, TimeSpan.FromHours(5), 1));
    }
}
