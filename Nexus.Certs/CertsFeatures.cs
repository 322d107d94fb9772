using Nexus.Certs.Distribution;
using Nexus.Certs.Identities;
using Nexus.Certs.Joining;
using Nexus.Certs.Manual;
using Nexus.Certs.Public;
using Nexus.Certs.Sharing;
using Nexus.Certs.Storage;
using Nexus.Identities;

namespace Nexus.Certs;

/// <summary>The features of Certs, in their order.</summary>
internal static class CertsFeatures
{
    public static void AddCerts(this IHostApplicationBuilder builder)
    {
        builder.AddStorage();
        builder.AddSharing();
        builder.AddJoining();
        builder.AddIdentity(new IdentityTerms(ServiceRole.Certs, ServesStrangers: true));
        builder.AddDistribution();
        builder.AddIdentities();
        builder.AddPublic();
        builder.AddManual();
    }

    public static void MapCerts(this WebApplication app)
    {
        app.MapDistribution();
        app.MapJoining();
        app.MapPublic();
    }
}
