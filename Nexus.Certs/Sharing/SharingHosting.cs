using Nexus.Certs.Storage;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Sharing;

internal static class SharingHosting
{
    /// <summary>Before all that keeps something: it is in Redis if there is a key to seal it with, else in the folder.</summary>
    public static void AddSharing(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddValidatedOptions<SharingOptions, SharingOptionsValidator>(SharingOptions.SectionName)
            .Configure<IConfiguration>((options, configuration) => options.Redis = configuration["ConnectionStrings:redis"] ?? "");
        if (string.IsNullOrEmpty(builder.Configuration[$"{SharingOptions.SectionName}:{nameof(SharingOptions.KeyFile)}"]))
        {
            services.AddSingleton<ISecretTexts>(provider => provider.GetRequiredService<CertificateFolder>());
            return;
        }

        services.AddSingleton<SharedEntries>();
        services.AddSingleton<SharedIssuing>();
        services.AddSingleton<IssuingTurn>();
        services.AddSingleton<ISecretTexts, SharedTexts>();
        services.AddHostedService<SharingStart>();
    }
}
