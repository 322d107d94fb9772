using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Nexus.ServiceDefaults.Tests;

public sealed class NexusHostTests
{
    /// <summary>A slip in a file that is watched would make the options throw for every user from then on.</summary>
    [Fact]
    public void Builder_SettingsFiles_AreReadOnce()
    {
        var builder = NexusHost.CreateBuilder([]);
        var files = ((IConfigurationBuilder)builder.Configuration).Sources.OfType<FileConfigurationSource>().ToList();
        Assert.Contains(files, file => file.Path == "appsettings.json");
        Assert.All(files, file => Assert.False(file.ReloadOnChange));
    }

    [Fact]
    public async Task Run_SeveralErrors_EndsWith78AndNamesEachKey()
    {
        var failures = await RunAsync(
            ("Nexus:Test:Sample:Port", "0"), ("Nexus:Test:Sample:Name", ""), ("Nexus:Test:Sample:Size", "-1"), ("Nexus:Drain:Limit", "02:00:00"));

        Assert.Equal(
            ["Nexus:Drain:Limit", "Nexus:Test:Sample:Name", "Nexus:Test:Sample:Port", "Nexus:Test:Sample:Size"],
            failures.Select(failure => failure[..failure.IndexOf(": ", StringComparison.Ordinal)]).Order());
    }

    [Fact]
    public async Task Run_ValuesOfTheWrongType_NamesEachKeyAndTheOtherErrors()
    {
        var failures = await RunAsync(
            ("Nexus:Test:Sample:Port", "many"), ("Nexus:Test:Sample:Patience", "soon"), ("Nexus:Test:Sample:Size", "-1"));

        Assert.Equal(
            ["Nexus:Test:Sample:Patience", "Nexus:Test:Sample:Port", "Nexus:Test:Sample:Size"],
            failures.Select(failure => failure[..failure.IndexOf(": ", StringComparison.Ordinal)]).Order());
    }

    [Fact]
    public async Task Run_OptionsWithoutACheckOfOurs_AreNamedByTheirSection()
    {
        await using var service = new ServiceUnderTest(new Dictionary<string, string?>(ServiceUnderTest.BothEndpoints) { ["Nexus:Test:Sample:Port"] = "0" });
        service.Builder.Services.AddOptions<SampleOptions>().BindConfiguration(SampleOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();

        Assert.Equal(NexusHost.InvalidConfiguration, await NexusHost.RunAsync(service.App).BoundedAsync());
        Assert.Contains("Nexus:Test:Sample", Assert.Single(service.Logs.At(LogLevel.Critical)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Stopped_EndsWith0()
    {
        await using var service = new ServiceUnderTest(ServiceUnderTest.BothEndpoints);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lifetime = service.App.Services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStarted.Register(started.SetResult);

        var running = NexusHost.RunAsync(service.App);
        await started.Task.BoundedAsync();
        lifetime.StopApplication();

        Assert.Equal(0, await running.BoundedAsync());
    }

    [Fact]
    public async Task Run_PortInUse_EndsWith71()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var service = new ServiceUnderTest(new Dictionary<string, string?> { ["Kestrel:Endpoints:Http:Url"] = $"http://{taken.LocalEndpoint}" });

        Assert.Equal(NexusHost.CannotListen, await NexusHost.RunAsync(service.App).BoundedAsync());
    }

    private static async Task<string[]> RunAsync(params (string Key, string Value)[] settings)
    {
        var configuration = new Dictionary<string, string?>(ServiceUnderTest.BothEndpoints);
        foreach (var (key, value) in settings) configuration[key] = value;
        await using var service = new ServiceUnderTest(configuration);
        service.Builder.AddValidatedOptions<SampleOptions, SampleOptionsValidator>(SampleOptions.SectionName);

        Assert.Equal(NexusHost.InvalidConfiguration, await NexusHost.RunAsync(service.App).BoundedAsync());
        var entry = Assert.Single(service.Logs.At(LogLevel.Critical));
        return ((string?)entry.Properties["Failures"] ?? "").Split(Environment.NewLine);
    }
}
