using Nexus.Hub.Announcing;
using Nexus.WebSocketHosting.HandOver;

namespace Nexus.Hub.HandOver;

internal static class HandOverHosting
{
    /// <summary>Before the announcing: what is announced must be listening.</summary>
    public static void AddHandOver(this IHostApplicationBuilder builder) => builder.AddHandOverTarget("Nexus:Hub:HandOver", Describe);

    private static HandOverTarget Describe(IServiceProvider services)
    {
        var target = services.GetRequiredService<AnnouncedTarget>();
        return new("hub", id => id == target.Id, path => target.HandOverPath = path);
    }
}
