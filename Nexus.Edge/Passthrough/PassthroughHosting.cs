using Nexus.ServiceDefaults;

namespace Nexus.Edge.Passthrough;

internal static class PassthroughHosting
{
    public static void AddPassthrough(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<PassthroughOptions, PassthroughOptionsValidator>(PassthroughOptions.SectionName);
        builder.Services.AddSingleton<PassthroughMetrics>();
        builder.Services.AddSingleton<PassthroughParts>();
        builder.Services.AddSingleton<PassthroughHandler>();
    }
}
