using Nexus.Contracts.Certs.V1;
using Nexus.WebSocketHosting.Certificates;

namespace Nexus.Hub.Certificates;

internal static class CertificatesHosting
{
    public static void AddCertificates(this IHostApplicationBuilder builder)
    {
        builder.AddNodeCertificate("Nexus:Hub:Certificates", CertificatePurpose.Hub);
        builder.Services.AddSingleton<TlsChallenges>();
    }
}
