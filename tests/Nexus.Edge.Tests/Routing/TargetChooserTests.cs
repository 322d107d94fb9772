using Nexus.Edge.Routing;

namespace Nexus.Edge.Tests.Routing;

public sealed class TargetChooserTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void First_FollowsTheWeights()
    {
        var route = new Route([new(new Target("A", "a"), 4), new(new Target("B", "b"), 2)]);
        Assert.Equal("AABAAB", string.Concat(Enumerable.Range(0, 6).Select(_ => new TargetChooser(route, 3, _time).Next()?.Id)));
    }

    [Fact]
    public void Next_TriesEveryTargetOnce_AndNotMoreThanAllowed()
    {
        var route = new Route([new(new Target("A", "a"), 100), new(new Target("B", "b"), 1), new(new Target("C", "c"), 1)]);
        Assert.Equal("ABC", All(route, 5));
        Assert.Equal("AB", All(route, 2));
    }

    [Fact]
    public void Next_AvoidedTargets_ComeLastUntilTheirTimeIsOver()
    {
        var dead = new Target("A", "a");
        var route = new Route([new(dead, 100), new(new Target("B", "b"), 1)]);
        dead.Avoid(_time, TimeSpan.FromSeconds(3));
        Assert.Equal("BA", All(route, 3));
        Assert.Equal("BA", All(route, 3));

        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("AB", All(route, 3));
    }

    [Fact]
    public void Next_OnlyAvoidedTargets_AreTriedAllTheSame()
    {
        var dead = new Target("A", "a");
        dead.Avoid(_time, TimeSpan.FromSeconds(3));
        Assert.Equal("A", All(new Route([new(dead, 1)]), 3));
    }

    private string All(Route route, int maxAttempts)
    {
        var chooser = new TargetChooser(route, maxAttempts, _time);
        var order = "";
        while (chooser.Next() is { } target) order += target.Id;
        return order;
    }
}
