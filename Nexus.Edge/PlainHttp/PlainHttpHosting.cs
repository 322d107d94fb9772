using Microsoft.Extensions.Configuration.Memory;
using Nexus.Edge.Challenges;
using Nexus.ServiceDefaults;

namespace Nexus.Edge.PlainHttp;

internal static class PlainHttpHosting
{
    /// <summary>The forwarder tells the host of every request at Information, and of every failed one at Warning; ours belong to Debug.</summary>
    private static readonly Dictionary<string, string?> s_defaults = new() { ["Logging:LogLevel:Yarp"] = "None" };

    public static void AddPlainHttp(this IHostApplicationBuilder builder)
    {
        // Before every other source: appsettings and the environment override it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = s_defaults });
        builder.AddValidatedOptions<PlainHttpOptions, PlainHttpOptionsValidator>(PlainHttpOptions.SectionName);
        builder.Services.AddOptions<ChallengeOptions>().BindConfiguration(ChallengeOptions.SectionName);
        builder.Services.AddSingleton<HttpChallenges>();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<PlainHttpMetrics>();
        builder.Services.AddSingleton<PlainHttpApplication>();
        builder.Services.AddSingleton<ProxyHeaderGate>();
        builder.Services.AddSingleton<PlainHttpServer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PlainHttpServer>());
    }
}
