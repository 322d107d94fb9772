using Microsoft.Extensions.Options;
using Nexus.Certs.Identities;
using Nexus.Certs.Public;
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
        services.AddHostedService<BackgroundService>(Choose);
    }

    /// <summary>Files when they are named, an authority when there is a public name, else the internal CA.</summary>
    private static BackgroundService Choose(IServiceProvider services) =>
        services.GetRequiredService<IOptions<ManualOptions>>().Value.IsUsed ? services.GetRequiredService<ManualCertificate>()
        : services.GetRequiredService<IOptions<PublicOptions>>().Value.IsUsed ? services.GetRequiredService<PublicCertificate>()
        : services.GetRequiredService<DevelopmentCertificate>();
}
