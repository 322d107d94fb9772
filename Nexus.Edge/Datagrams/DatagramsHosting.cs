using Nexus.ServiceDefaults;

namespace Nexus.Edge.Datagrams;

internal static class DatagramsHosting
{
    /// <summary>After the listening ports, whose address these share.</summary>
    public static void AddDatagrams(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<DatagramsOptions, DatagramsOptionsValidator>(DatagramsOptions.SectionName);
        builder.Services.AddSingleton<DatagramsMetrics>();
        builder.Services.AddSingleton<FlowLinks>();
        builder.Services.AddSingleton<DatagramRelay>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DatagramRelay>());
    }
}
