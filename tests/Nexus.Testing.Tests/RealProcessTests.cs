namespace Nexus.Testing.Tests;

public sealed class RealProcessTests
{
    [Fact]
    public async Task Line_Printed_IsFoundWithItsStream()
    {
        await using var process = RealProcess.Start("/bin/sh", ["-c", "echo out; echo err >&2; exec sleep 600"]);

        Assert.False((await process.WaitForLineAsync("out", TestContext.Current.CancellationToken)).IsError);
        Assert.True((await process.WaitForLineAsync("err", TestContext.Current.CancellationToken)).IsError);
    }

    [Fact]
    public async Task Exit_Code_IsReported()
    {
        await using var process = RealProcess.Start("/bin/sh", ["-c", "exit 78"]);
        Assert.Equal(78, await process.WaitForExitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Line_NeverPrinted_FailsWhenTheProgramEnds()
    {
        await using var process = RealProcess.Start("/bin/sh", ["-c", "echo something else"]);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => process.WaitForLineAsync("ready", TestContext.Current.CancellationToken));
        Assert.Contains("something else", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminate_TrappedByTheProgram_IsSeenByIt()
    {
        await using var process = RealProcess.Start("/bin/sh", ["-c", "trap 'echo bye; exit 3' TERM; echo ready; while :; do read x || sleep 0.05; done"]);
        await process.WaitForLineAsync("ready", TestContext.Current.CancellationToken);

        process.Terminate();
        await process.WaitForLineAsync("bye", TestContext.Current.CancellationToken);
        Assert.Equal(3, await process.WaitForExitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Dispose_SuspendedProgramWithAChild_EndsBoth()
    {
        var process = RealProcess.Start("/bin/sh", ["-c", "sleep 600 & echo child=$!; wait"]);
        var line = await process.WaitForLineAsync("child=", TestContext.Current.CancellationToken);
        process.Suspend();

        await process.DisposeAsync();

        // The child holds the output pipe: DisposeAsync waited for its end, too.
        var status = $"/proc/{line.Text["child=".Length..]}/stat";
        Assert.True(!File.Exists(status) || (await File.ReadAllTextAsync(status, TestContext.Current.CancellationToken)).Contains(") Z", StringComparison.Ordinal));
    }
}
