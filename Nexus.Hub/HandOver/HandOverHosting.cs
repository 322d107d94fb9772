using System.Runtime.Versioning;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.HandOver;

internal static class HandOverHosting
{
    /// <summary>Before the announcing: what is announced must be listening.</summary>
    public static void AddHandOver(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<HandOverOptions, HandOverOptionsValidator>(HandOverOptions.SectionName);
        if (!OperatingSystem.IsLinux()) return;
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
