using Microsoft.Extensions.Options;
using Nexus.Certs.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Manual;

internal static class ManualHosting
{
    public static void AddManual(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ManualOptions, ManualOptionsValidator>(ManualOptions.SectionName);
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<ManualOptions>, ManualFilesValidator>();
        services.AddSingleton<ManualCertificate>();
        // Files when they are named, else the internal CA.
        services.AddHostedService<BackgroundService>(provider => provider.GetRequiredService<IOptions<ManualOptions>>().Value.IsUsed
            ? provider.GetRequiredService<ManualCertificate>()
            : provider.GetRequiredService<DevelopmentCertificate>());
    }
}
