using Nexus.Testing;

namespace Nexus.AppHost.Tests;

/// <summary>The whole of Nexus from one command: real processes, a real user.</summary>
public sealed class AppHostTests
{
    private static readonly TimeSpan s_orderly = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_afterKill = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TryLine_AsPrinted_ShowsTheOriginsAnswer()
    {
        DebianProgram.SkipUnlessInstalled("curl");
        await using var host = await RunningAppHost.StartAsync(Cancellation);

        await using var curl = RealProcess.Start("sh", ["-c", host.TryCommand]);

        Assert.Equal(0, await curl.WaitForExitAsync(Cancellation));
        Assert.Contains("Hello from the demo origin.", curl.Output, StringComparison.Ordinal);
        Assert.Contains("TLS ended here", curl.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainHttpLine_AsPrinted_ShowsTheOriginsAnswer()
    {
        DebianProgram.SkipUnlessInstalled("curl");
        await using var host = await RunningAppHost.StartAsync(Cancellation);

        await using var curl = RealProcess.Start("sh", ["-c", host.PlainHttpCommand]);

        Assert.Equal(0, await curl.WaitForExitAsync(Cancellation));
        Assert.Contains("Hello from the demo origin.", curl.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupt_EndsEveryProcess()
    {
        await using var host = await RunningAppHost.StartAsync(Cancellation);
        var family = LinuxProcess.FindFamily(host.Process.Id);
        Assert.True(family.Count >= 6, host.Process.Output);

        host.Process.Interrupt();

        Assert.Empty(await LinuxProcess.SurvivorsAsync([host.Process.Id, .. family], s_orderly, Cancellation));
        Assert.Equal(0, await host.Process.WaitForExitAsync(Cancellation));
    }

    [Fact]
    public async Task Kill_LeavesNoProcess()
    {
        await using var host = await RunningAppHost.StartAsync(Cancellation);
        var family = LinuxProcess.FindFamily(host.Process.Id);
        Assert.True(family.Count >= 6, host.Process.Output);

        host.Process.Kill();

        Assert.Empty(await LinuxProcess.SurvivorsAsync(family, s_afterKill, Cancellation));
    }
}
