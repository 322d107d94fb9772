using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Public;

internal static class PublicHosting
{
    public static void AddPublic(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<PublicOptions, PublicOptionsValidator>(PublicOptions.SectionName);
        builder.Services.AddSingleton<ChallengeBoard>();
        builder.Services.AddSingleton<ChallengesService>();
        builder.Services.AddSingleton<PublicCertificate>();
    }

    public static void MapPublic(this WebApplication app) => app.MapGrpcService<ChallengesService>().OnInternalEndpointsOnly()
        .ForRoles(method => method is "FindTls" ? [ServiceRole.Hub] : [ServiceRole.Edge]);
}
