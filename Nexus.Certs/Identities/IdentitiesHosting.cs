using Nexus.ServiceDefaults;

namespace Nexus.Certs.Identities;

internal static class IdentitiesHosting
{
    public static void AddIdentities(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<DevelopmentOptions, DevelopmentOptionsValidator>(DevelopmentOptions.SectionName);
        builder.Services.AddSingleton<AuthorityFile>();
        builder.Services.AddSingleton<DevelopmentCertificate>();
    }
}
