using Nexus.ServiceDefaults;

namespace Nexus.Hub.Authentication;

internal static class AuthenticationHosting
{
    public static void AddAuthentication(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<AuthenticationOptions, AuthenticationOptionsValidator>(AuthenticationOptions.SectionName);
        builder.Services.AddSingleton<TokenValidator>();
    }
}
