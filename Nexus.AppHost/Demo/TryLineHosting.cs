using Aspire.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Nexus.AppHost.Demo;

internal static class TryLineHosting
{
    public static void AddTryLine(this IDistributedApplicationBuilder builder, DemoRun run)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(run);
        builder.Services.AddSingleton<DemoUser>();
        builder.Services.AddHostedService<TryLine>();
    }
}
