using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Nexus.ServiceDefaults;

internal static class DrainHosting
{
    /// <summary>What stopping may take after the drain: hosted services and Kestrel close what is left.</summary>
    private static readonly TimeSpan s_afterDrain = TimeSpan.FromSeconds(5);

    public static void AddDrain(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<DrainOptions, DrainOptionsValidator>(DrainOptions.SectionName);
        builder.Services.AddSingleton(services => new Drain(
            services.GetRequiredService<IOptions<DrainOptions>>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<Drain>>()));
        builder.Services.AddHostedService<DrainOnStop>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LimitOf(builder.Configuration) + s_afterDrain);
    }

    // The host's options are read while it is built, before any error could be reported: so not through DrainOptions.
    private static TimeSpan LimitOf(IConfiguration configuration) =>
        TimeSpan.TryParse(configuration[$"{DrainOptions.SectionName}:{nameof(DrainOptions.Limit)}"], CultureInfo.InvariantCulture, out var limit)
            && limit >= TimeSpan.Zero && limit <= TimeSpan.FromHours(1)
            ? limit
            : new DrainOptions().Limit;
}
