using Nexus.ServiceDefaults;

namespace Nexus.Edge.ProxyProtocol;

internal static class ProxyProtocolHosting
{
    public static void AddProxyProtocol(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ProxyProtocolOptions, ProxyProtocolOptionsValidator>(ProxyProtocolOptions.SectionName);
        builder.Services.AddSingleton<TrustedProxies>();
    }
}
