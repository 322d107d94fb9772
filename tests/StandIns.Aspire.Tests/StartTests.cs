using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Aspire.Tests;

public sealed class StartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resource_ThatWaits_StartsOnlyWhenTheOtherIsHealthy()
    {
        IResourceBuilder<ProjectResource>? slow = null;
        await using var application = await RunningApplication.StartAsync(builder =>
        {
            slow = builder.AddProject<Projects.StandIns_Aspire_TestApp>("slow")
                .WithHttpEndpoint().WithHttpHealthCheck("/health").WithEnvironment("HEALTHY", "later");
            var control = builder.AddExecutable("control", "sh", ".", "-c", "echo runs");
            builder.AddExecutable("patient", "sh", ".", "-c", "echo runs").WaitFor(slow).WaitFor(control);
        });
        Assert.NotNull(slow);
        await application.WaitForLineAsync("[control] runs");
        await application.WaitForLineAsync("[slow] ");
        Assert.DoesNotContain("[patient] runs", application.Lines);

        await RunningApplication.OpenAsync(slow.GetEndpoint("http"));

        await application.WaitForLineAsync("[patient] runs");
    }

    [Fact]
    public async Task Resource_ThatEndsWhileItStarts_EndsTheApplicationAndIsQuoted()
    {
        await using var host = TestHost.Start("broken");

        Assert.Equal(1, await host.WaitForExitAsync(Cancellation));
        Assert.Contains("cannot start: broken exited with code 7", host.Output, StringComparison.Ordinal);
        Assert.Contains("[broken] first words", host.Output, StringComparison.Ordinal);
        Assert.Contains("    last words", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resource_ThatCannotBeStarted_EndsTheApplication()
    {
        await using var host = TestHost.Start("missing");

        Assert.Equal(1, await host.WaitForExitAsync(Cancellation));
        Assert.Contains("cannot start: missing:", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Executable_ThatHasDoneItsWork_IsReportedAndNothingElse()
    {
        await using var application = await RunningApplication.StartAsync(builder =>
            builder.AddExecutable("job", "sh", ".", "-c", "echo done"));

        await application.WaitForLineAsync("job exited with code 0.");

        Assert.DoesNotContain(application.Lines, line => line.StartsWith("cannot start", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Child_ThatReadsItsInput_FindsNothing()
    {
        await using var application = await RunningApplication.StartAsync(builder =>
            builder.AddExecutable("reader", "sh", ".", "-c", "cat; echo end of input"));

        await application.WaitForLineAsync("[reader] end of input");
    }

    [Fact]
    public async Task Resources_ThatWaitForEachOther_AreRefused()
    {
        await using var application = await RunningApplication.StartAsync(builder =>
        {
            var one = builder.AddExecutable("one", "sh", ".", "-c", "true");
            var two = builder.AddExecutable("two", "sh", ".", "-c", "true").WaitFor(one);
            one.WaitFor(two);
        });

        await application.WaitForLineAsync("one -> two -> one");
    }

    [Fact]
    public async Task Parameter_WithoutAValue_IsNamed()
    {
        await using var application = await RunningApplication.StartAsync(builder =>
            builder.AddExecutable("one", "sh", ".", "-c", "true").WithEnvironment("X", builder.AddParameter("forgotten")));

        await application.WaitForLineAsync("'Parameters:forgotten'");
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("two words")]
    [InlineData("ends-")]
    [InlineData("a--b")]
    public void Resource_WithANameThatIsNone_IsRefused(string name)
    {
        var builder = DistributedApplication.CreateBuilder([]);

        Assert.Throws<DistributedApplicationException>(() => builder.AddExecutable(name, "sh", "."));
    }

    [Fact]
    public void Resource_WithANameThatIsTaken_IsRefused()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddExecutable("one", "sh", ".");

        Assert.Throws<DistributedApplicationException>(() => builder.AddParameter("ONE"));
    }
}
