using System.Runtime.Versioning;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.ServiceDefaults;

namespace Nexus.WebSocketHosting.HandOver;

internal static class HandOverHosting
{
    /// <summary>Gives those that are handed over to the service's <see cref="IStreamReception"/>. Before the announcing: what is announced must be listening.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="section">Of the options, e.g. "Nexus:Hub:HandOver".</param>
    /// <param name="describe">Who we are.</param>
    public static void AddHandOverTarget(this IHostApplicationBuilder builder, string section, Func<IServiceProvider, HandOverTarget> describe)
    {
        builder.AddValidatedOptions<HandOverOptions, HandOverOptionsValidator>(section);
        if (!OperatingSystem.IsLinux()) return;
        builder.Services.AddSingleton(describe);
        builder.Services.AddSingleton(CreateUsers);
        builder.Services.AddHostedService<HandOverServer>();
    }

    [SupportedOSPlatform("linux")]
    private static HandedOverUsers CreateUsers(IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILogger<HandedOverUsers>>();
        return new(services.GetRequiredService<IStreamReception>(), services.GetRequiredService<TimeProvider>(), exception => HandOverLog.Faulted(logger, exception));
    }
}
