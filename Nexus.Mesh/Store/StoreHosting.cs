using Microsoft.Extensions.Options;
using Nexus.Mesh.Configuration;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Store;

internal static class StoreHosting
{
    /// <summary>Adds what this mesh is, and the store in Redis if a connection string names one.</summary>
    public static void AddStore(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<MeshOptions, MeshOptionsValidator>(MeshOptions.SectionName);
        var services = builder.Services;
        services.AddSingleton<MeshIdentity>();
        services.AddSingleton<Members>();
        if (string.IsNullOrWhiteSpace(builder.Configuration[$"{RedisOptions.SectionName}:{nameof(RedisOptions.Redis)}"])) return;

        builder.AddValidatedOptions<RedisOptions, RedisOptionsValidator>(RedisOptions.SectionName);
        builder.AddValidatedOptions<StoreOptions, StoreOptionsValidator>(StoreOptions.SectionName);
        services.AddSingleton<StoreMetrics>();
        services.AddSingleton<StoreStatus>();
        services.AddSingleton(provider => new AnnouncementKeys(OptionsOf(provider).Prefix, provider.GetRequiredService<MeshIdentity>().Region, OptionsOf(provider).Lease));
        services.AddSingleton(provider => new MemberKeys(OptionsOf(provider).Prefix, OptionsOf(provider).Lease));
        services.AddSingleton<AnnouncementLoader>();
        services.AddSingleton<AnnouncementReader>();
        services.AddSingleton<AnnouncementWriter>();
        services.AddSingleton<MembersSync>();
        services.AddHostedService<RedisStore>();
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store");
    }

    private static StoreOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<StoreOptions>>().Value;
}
