using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.ServiceDefaults.Tests.NodeConfiguration;

/// <summary>A changed file is in force as a whole, or not at all.</summary>
public sealed class NodeFileWatcherTests
{
    private const string Text = "backendsJWTSecret: one\nidleTimeoutSeconds: 60\nstunPort: 3478\n";

    [Fact]
    public async Task File_Changed_TakesEffectAndTheLogSaysWhatNeedsARestart()
    {
        await using var service = new NodeServiceUnderTest(Text);
        await service.StartAsync();
        Assert.Equal(TimeSpan.FromMinutes(1), service.Options.Patience);
        var told = new TaskCompletionSource<SampleOptions>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var _ = service.App.Services.GetRequiredService<IOptionsMonitor<SampleOptions>>().OnChange(told.SetResult);

        var said = await service.ReloadAsync("backendsJWTSecret: two\nidleTimeoutSeconds: 90\nstunPort: 3479\nregion: x\n");

        Assert.Equal($"{service.Path} was read again. In effect now: idleTimeoutSeconds, backendsJWTSecret. With the next start: stunPort.", said);
        Assert.Equal(TimeSpan.FromSeconds(90), (await told.Task.BoundedAsync()).Patience);
        Assert.Equal("two", service.Options.Name);
        Assert.DoesNotContain(service.Logs.Records, record => record.Message.Contains("two", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("backendsJWTSecret: two\nidleTimeoutSeconds: soon\n", "config.yaml:2:21: idleTimeoutSeconds: must be a whole number")]
    [InlineData("idleTimeoutSeconds: 90\n", "backendsJWTSecret: is needed.")]
    [InlineData("backendsJWTSecret: two\nidleTimeoutSeconds: 90\nstunPort: 0\n", "config.yaml:3:11: stunPort: ")]
    [InlineData("backendsJWTSecret: [", "config.yaml:")]
    [InlineData("", "is empty")]
    public async Task File_ChangedAndWrong_ChangesNothing(string text, string expected)
    {
        await using var service = new NodeServiceUnderTest(Text);
        await service.StartAsync();
        var before = service.Options;

        var said = await service.ReloadAsync(text);

        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.Contains("stays in force", said, StringComparison.Ordinal);
        Assert.Same(before, service.Options);
        Assert.Equal("one", service.App.Configuration["Nexus:Test:Sample:Name"]);
        Assert.Contains("In effect now: idleTimeoutSeconds.", await service.ReloadAsync(Text.Replace("60", "61", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_Changed_IsNoticedOnceItIsStill()
    {
        await using var service = new NodeServiceUnderTest(Text);
        await service.StartAsync();
        var said = service.Said.Count;
        service.Write(Text.Replace("60", "70", StringComparison.Ordinal));

        // The first look sees that it changes, the second that it does not any more.
        for (var look = 0; look < 2; look++)
        {
            await service.Time.WaitForTimerAsync(NodeFileWatcher.Interval, TestContext.Current.CancellationToken).BoundedAsync();
            service.Time.Advance(NodeFileWatcher.Interval);
            service.Watcher.RequestReload();
        }

        Assert.Contains("In effect now: idleTimeoutSeconds.", await service.NextFrom(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_Gone_IsToldAndChangesNothing()
    {
        await using var service = new NodeServiceUnderTest(Text);
        await service.StartAsync();
        var said = service.Said.Count;
        File.Delete(service.Path);
        service.Watcher.RequestReload();

        Assert.Contains("cannot be read", await service.NextFrom(said), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(1), service.Options.Patience);
    }

    [Fact]
    public async Task File_Unchanged_IsSaidToWhoAsks()
    {
        await using var service = new NodeServiceUnderTest(Text);
        await service.StartAsync();
        Assert.EndsWith("has not changed.", await service.ReloadAsync(Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_FromElsewhere_OverrideTheFile_AndStandForWhatItLacks()
    {
        await using var service = new NodeServiceUnderTest("idleTimeoutSeconds: 60\n", ("Nexus:Test:Sample:Patience", "00:00:07"), ("Nexus:Test:Sample:Name", "env"));
        Assert.Empty(service.App.Services.GetRequiredService<ConfiguredNode>().FindProblems(service.App.Configuration));
        await service.StartAsync();
        Assert.Equal(TimeSpan.FromSeconds(7), service.Options.Patience);
        Assert.Equal("env", service.Options.Name);
    }

    [Fact]
    public async Task Start_SaysWhichFileItIs_AndWarns()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await using var service = new NodeServiceUnderTest(Text + "stunPorts: 1\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(service.Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await service.StartAsync();
        Assert.Equal($"Configured by {service.Path}.", service.Said[0].Message);
        var warnings = service.Logs.At(LogLevel.Warning).Select(record => record.Message).ToArray();
        Assert.Contains(warnings, warning => warning.Contains("Did you mean stunPort?", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("everybody on this machine can read it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Option_RefusedByTheService_IsNamedByItsKeyAndPlace()
    {
        await using var service = new NodeServiceUnderTest("backendsJWTSecret: one\nstunPort: 0\n");
        Assert.Equal(NexusHost.InvalidConfiguration, await NexusHost.RunAsync(service.App).BoundedAsync());
        Assert.Contains($"{service.Path}:2:11: stunPort: ", Assert.Single(service.Logs.At(LogLevel.Critical)).Message, StringComparison.Ordinal);
    }
}
