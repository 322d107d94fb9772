using Nexus.ServiceDefaults;

namespace Nexus.Hub.Authentication;

internal static class AuthenticationHosting
{
    public static void AddAuthentication(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<AuthenticationOptions, AuthenticationOptionsValidator>(AuthenticationOptions.SectionName);
        var services = builder.Services;
        services.AddSingleton<CurrentAuthentication>();
        services.AddSingleton<AuthorizerHttp>();
        services.AddSingleton<AuthenticationMetrics>();
        services.AddSingleton<RemoteVerifier>();
        services.AddSingleton<AuthorizerStatus>();
        services.AddSingleton<KeySet>();
        services.AddHostedService(provider => provider.GetRequiredService<KeySet>());
        services.AddSingleton<TokenValidator>();
        services.AddSingleton<ReauthenticationFactory>();
    }
}
