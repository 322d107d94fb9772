using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.Testing.Tests;

public sealed class MetricRecorderTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    [Fact]
    public void Counter_WithTags_IsSummedByTag()
    {
        using var recorder = new MetricRecorder(Meters, "Nexus.Test");
        var counter = Meters.Create("Nexus.Test").CreateCounter<long>("nexus.test.ends");
        counter.Add(2, new KeyValuePair<string, object?>("error.type", "reset"));
        counter.Add(5);

        Assert.Equal(7, recorder.Sum("nexus.test.ends"));
        Assert.Equal(2, recorder.Sum("nexus.test.ends", ("error.type", "reset")));
    }

    [Fact]
    public void Counter_OfAnotherFactory_IsNotHeard()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var recorder = new MetricRecorder(Meters);
        others.GetRequiredService<IMeterFactory>().Create("Nexus.Test").CreateCounter<long>("nexus.test.ends").Add(1);

        Assert.Empty(recorder.Of("nexus.test.ends"));
    }

    [Fact]
    public void Gauge_Observed_GivesItsPresentValue()
    {
        using var recorder = new MetricRecorder(Meters);
        var value = 1;
        Meters.Create("Nexus.Test").CreateObservableGauge("nexus.test.size", () => value);
        Assert.Equal(1, recorder.Observe("nexus.test.size"));

        value = 4;
        Assert.Equal(4, recorder.Observe("nexus.test.size"));
    }

    public void Dispose() => _services.Dispose();
}
