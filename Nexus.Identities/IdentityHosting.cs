using Microsoft.Extensions.DependencyInjection.Extensions;
using Nexus.ServiceDefaults;

namespace Nexus.Identities;

internal static class IdentityHosting
{
    /// <summary>
    /// What a service needs to be called by others, and to call them, over mutual TLS; nothing of it runs where all are on one host. Call it before
    /// what listens or calls is added.
    /// </summary>
    public static void AddIdentity(this IHostApplicationBuilder builder, IdentityTerms terms)
    {
        var services = builder.Services;
        builder.AddValidatedOptions<IdentityOptions, IdentityOptionsValidator>(IdentityOptions.SectionName);
        builder.AddValidatedOptions<GrpcEndpointOptions, GrpcEndpointValidator>(GrpcEndpointOptions.SectionName);
        builder.AddValidatedOptions<ServiceAddressesOptions, ServiceAddressesValidator>(ServiceAddressesOptions.SectionName);
        services.AddSingleton(terms);
        services.AddSingleton<ServiceIdentity>();
        services.AddSingleton<IInternalTls>(provider => provider.GetRequiredService<ServiceIdentity>());
        services.AddSingleton<IdentityFile>();
        services.TryAddSingleton<IIdentityIssuer, JoiningIssuer>();
        services.AddHostedService<IdentityKeeper>();
        services.AddHealthChecks().AddCheck<IdentityHealthCheck>("identity");
    }
}
