using Nexus.ServiceDefaults;

namespace Nexus.Hub.HandOver;

internal static class HandOverHosting
{
    /// <summary>Before the announcing: what is announced must be listening.</summary>
    public static void AddHandOver(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<HandOverOptions, HandOverOptionsValidator>(HandOverOptions.SectionName);
        if (!OperatingSystem.IsLinux()) return;
        builder.Services.AddSingleton<HandedOverUsers>();
        builder.Services.AddHostedService<HandOverServer>();
    }
}
