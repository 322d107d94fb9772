using Nexus.Testing;

namespace StandIns.Aspire.Tests;

/// <summary>How an application ends, with processes that want to live on.</summary>
public sealed class StopTests
{
    private static readonly TimeSpan s_orderly = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_afterKill = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Interrupt_StopsInReverseOrder()
    {
        await using var host = TestHost.Start("chain");
        await host.WaitForLineAsync("[third] started", Cancellation);

        host.Interrupt();

        Assert.Equal(0, await host.WaitForExitAsync(Cancellation));
        var order = host.Lines.Select((line, index) => (line.Text, Index: index)).ToList();
        var third = order.First(line => line.Text.StartsWith("[third] stopping", StringComparison.Ordinal)).Index;
        var second = order.First(line => line.Text.StartsWith("[second]", StringComparison.Ordinal) && line.Text.Contains("shutting down", StringComparison.Ordinal)).Index;
        var first = order.First(line => line.Text.StartsWith("[first]", StringComparison.Ordinal) && line.Text.Contains("shutting down", StringComparison.Ordinal)).Index;
        Assert.True(third < second && second < first, host.Output);
    }

    [Fact]
    public async Task Terminate_WithAChildThatIgnoresIt_EndsEveryProcess()
    {
        await using var host = TestHost.Start("stubborn");
        await host.WaitForLineAsync("[deaf] started", Cancellation);
        await host.WaitForLineAsync("[app] ", Cancellation);
        var family = LinuxProcess.FindFamily(host.Id);
        Assert.True(family.Count >= 3, host.Output);

        host.Terminate();

        Assert.Empty(await LinuxProcess.SurvivorsAsync([host.Id, .. family], s_orderly, Cancellation));
        Assert.Equal(0, await host.WaitForExitAsync(Cancellation));
    }

    [Fact]
    public async Task Kill_OfDotnetRun_LeavesNoProcess()
    {
        await using var launcher = TestHost.StartWithDotnetRun("stubborn");
        await launcher.WaitForLineAsync("[deaf] started", Cancellation);
        await launcher.WaitForLineAsync("[app] ", Cancellation);
        var family = LinuxProcess.FindFamily(launcher.Id);
        Assert.True(family.Count >= 4, launcher.Output);

        launcher.Kill();

        Assert.Empty(await LinuxProcess.SurvivorsAsync(family, s_afterKill, Cancellation));
    }

    [Fact]
    public async Task Kill_OfTheAppHost_LeavesNoProcess()
    {
        await using var host = TestHost.Start("stubborn");
        await host.WaitForLineAsync("[deaf] started", Cancellation);
        await host.WaitForLineAsync("[app] ", Cancellation);
        var family = LinuxProcess.FindFamily(host.Id);
        Assert.True(family.Count >= 3, host.Output);

        host.Kill();

        Assert.Empty(await LinuxProcess.SurvivorsAsync(family, s_afterKill, Cancellation));
    }
}
