using System.Net.Http.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Testing;

namespace StandIns.Aspire.Tests;

/// <summary>An application of the stand-in within the test process, without a dashboard; its console is observed.</summary>
internal sealed class RunningApplication : IAsyncDisposable
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { UseProxy = false });

    private readonly DistributedApplication _application;
    private readonly ObservedList<string> _lines;

    private RunningApplication(DistributedApplication application, ObservedList<string> lines)
    {
        _application = application;
        _lines = lines;
    }

    public IReadOnlyList<string> Lines => _lines.Items;

    public static async Task<RunningApplication> StartAsync(Action<IDistributedApplicationBuilder> topology, params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
        var lines = new ObservedList<string>();
        builder.Services.AddSingleton(new ResourceConsole(new ObservedWriter(lines)));
        topology(builder);
        var application = builder.Build();
        await application.StartAsync(TestContext.Current.CancellationToken).WaitAsync(TestTimeouts.Default);
        return new RunningApplication(application, lines);
    }

    public Task<string> WaitForLineAsync(string text) => _lines.WaitForAsync(
        lines => lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)),
        () => $"'{text}' was not among:\n{string.Join('\n', Lines)}",
        TestContext.Current.CancellationToken);

    public static async Task<Uri> WaitUntilHealthyAsync(EndpointReference endpoint, int replica = 0)
    {
        using var probe = new HttpHealthProbe(TimeProvider.System);
        var address = new Uri(endpoint.UrlOf(replica));
        await probe.WaitUntilHealthyAsync(new Uri(address, "/health"), 200, TestContext.Current.CancellationToken).WaitAsync(TestTimeouts.Default);
        return address;
    }

    public static async Task<Dictionary<string, string>> GetVariablesAsync(EndpointReference endpoint, int replica = 0)
    {
        var address = await WaitUntilHealthyAsync(endpoint, replica);
        return await s_client.GetFromJsonAsync<Dictionary<string, string>>(new Uri(address, "/variables"), TestContext.Current.CancellationToken) ?? [];
    }

    public static async Task<string[]> GetArgumentsAsync(EndpointReference endpoint)
    {
        var address = await WaitUntilHealthyAsync(endpoint);
        return await s_client.GetFromJsonAsync<string[]>(new Uri(address, "/arguments"), TestContext.Current.CancellationToken) ?? [];
    }

    public static async Task OpenAsync(EndpointReference endpoint) =>
        (await s_client.PostAsync(new Uri(new Uri(endpoint.Url), "/open"), content: null, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode().Dispose();

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().WaitAsync(TestTimeouts.Default);
        await _application.DisposeAsync();
    }
}
