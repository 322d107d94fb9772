namespace Nexus.AppHost.Tests;

public sealed class AppHostArgumentsTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, false, "--topology", "single-region")]
    [InlineData(true, false, "--topology", "two-regions")]
    [InlineData(true, true, "--separate-redis", "--topology=two-regions")]
    public void Arguments_ThatAreKnown_AreTaken(bool hasTwoRegions, bool hasSeparateRedis, params string[] arguments)
    {
        Assert.True(AppHostArguments.TryParse(arguments, out var parsed, out _));

        Assert.Equal((hasTwoRegions, hasSeparateRedis), (parsed.HasTwoRegions, parsed.HasSeparateRedis));
        Assert.Empty(parsed.Configuration);
    }

    [Fact]
    public void Settings_BetweenArguments_AreLeftForTheConfiguration()
    {
        Assert.True(AppHostArguments.TryParse(["--A:B", "two words", "--topology", "two-regions", "--C:D=e=f"], out var parsed, out _));

        Assert.True(parsed.HasTwoRegions);
        Assert.Equal(["--A:B=two words", "--C:D=e=f"], parsed.Configuration);
    }

    [Theory]
    [InlineData("Unknown topology \"three\"", "--topology", "three")]
    [InlineData("Unknown topology \"\"", "--topology")]
    [InlineData("Unknown topology \"Two-Regions\"", "--topology=Two-Regions")]
    [InlineData("Unknown argument \"--topologies\"", "--topologies", "two-regions")]
    [InlineData("Unknown argument \"two-regions\"", "two-regions")]
    [InlineData("Unknown argument \"--separate-redis=yes\"", "--topology", "two-regions", "--separate-redis=yes")]
    public void Arguments_ThatAreUnknown_AreNamedWithWhatIsPossible(string beginning, params string[] arguments)
    {
        Assert.False(AppHostArguments.TryParse(arguments, out _, out var problem));

        Assert.StartsWith(beginning, problem, StringComparison.Ordinal);
        Assert.Contains("--topology two-regions", problem, StringComparison.Ordinal);
        Assert.Contains("--separate-redis", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void SeparateRedis_WithOneRegion_IsRefused()
    {
        Assert.False(AppHostArguments.TryParse(["--separate-redis"], out _, out var problem));

        Assert.Equal("--separate-redis needs --topology two-regions.", problem);
    }
}
