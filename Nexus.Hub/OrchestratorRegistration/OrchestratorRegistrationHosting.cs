using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Nexus.Hub.Sessions;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.OrchestratorRegistration;

internal static class OrchestratorRegistrationHosting
{
    public static void AddOrchestratorRegistration(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<OrchestratorRegistrationOptions, OrchestratorRegistrationOptionsValidator>(OrchestratorRegistrationOptions.SectionName)
            .Configure<IConfiguration>((options, configuration) => options.BackendPort ??= FindBackendPort(configuration));
        builder.Services.AddSingleton<OrchestratorRegistrationMetrics>();
        builder.Services.TryAddSingleton<RegistrationClient>();
        builder.Services.AddHostedService<OrchestratorRegistrar>();
    }

    /// <summary>From the text, not from the options: those may be invalid themselves, which is reported once, under their own key.</summary>
    private static int? FindBackendPort(IConfiguration configuration)
    {
        var address = configuration[$"{SessionsOptions.SectionName}:{nameof(SessionsOptions.ListenAddress)}"] ?? new SessionsOptions().ListenAddress;
        return IPEndPoint.TryParse(address, out var endPoint) ? endPoint.Port : null;
    }
}
