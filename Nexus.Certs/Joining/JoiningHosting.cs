using Nexus.Identities;
using Nexus.ServiceDefaults;

namespace Nexus.Certs.Joining;

internal static class JoiningHosting
{
    /// <summary>Before the identity is added: Certs gives itself its own.</summary>
    public static void AddJoining(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<JoiningOptions, JoiningOptionsValidator>(JoiningOptions.SectionName);
        builder.Services.AddSingleton<ServiceAuthority>();
        builder.Services.AddSingleton<JoinTokens>();
        builder.Services.AddSingleton<IIdentityIssuer, OwnIssuer>();
        builder.Services.AddSingleton<IdentitiesService>();
    }

    /// <summary>Whoever has no identity yet can ask for one; all else is for those who have.</summary>
    public static void MapJoining(this WebApplication app) => app.MapGrpcService<IdentitiesService>().OnInternalEndpointsOnly()
        .ForRoles(method => method is "GetRoot" or "Join" ? null : [ServiceRole.Edge, ServiceRole.Hub, ServiceRole.Mesh]);
}
