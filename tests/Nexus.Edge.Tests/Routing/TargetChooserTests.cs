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

    [Fact]
    public void Next_NearestFirst_TurnsAmongEquals_AvoidedOnesBehindAllOthers()
    {
        var (here, alsoHere, near, alsoNear, far) = (new Target("A", "a"), new Target("B", "b"), new Target("n", "n", distance: 20), new Target("m", "m", distance: 20), new Target("f", "f", distance: 90));
        var route = new Route([new(far, 9), new(near, 1), new(here, 1), new(alsoNear, 1), new(alsoHere, 1)]);
        Assert.Equal("ABAB", string.Concat(Enumerable.Range(0, 4).Select(_ => All(route, 1))));
        Assert.Matches("^(AB|BA)(nm|mn)f$", All(route, 5));
        var onlyNear = new Route([new(near, 1), new(alsoNear, 1)]);
        Assert.Equal("nmnm", string.Concat(Enumerable.Range(0, 4).Select(_ => All(onlyNear, 1))));

        here.Avoid(_time, TimeSpan.FromSeconds(3));
        Assert.StartsWith("B", All(route, 5), StringComparison.Ordinal);
        Assert.EndsWith("fA", All(route, 5), StringComparison.Ordinal);

        far.Distance = 10; // the line has changed
        Assert.Equal("Bf", All(route, 2));
    }

    private string All(Route route, int maxAttempts)
    {
        var chooser = new TargetChooser(route, maxAttempts, _time);
        var order = "";
        while (chooser.Next() is { } target) order += target.Id;
        return order;
    }
}
