using Nexus.ServiceDefaults;

namespace Nexus.Certs.Storage;

internal static class StorageHosting
{
    public static void AddStorage(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<StorageOptions, StorageOptionsValidator>(StorageOptions.SectionName);
        builder.Services.AddSingleton<CertificateFolder>();
    }
}
