using Nexus.Certs.Identities;
using Nexus.Certs.Manual;
using Nexus.Certs.Public;
using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.Certs.Configuration;

/// <summary>What certs takes from the node's <c>config.yaml</c>.</summary>
internal static class CertsKeys
{
    public static NodeKeyMap Map { get; } = new()
    {
        Service = "certs",
        Uses =
        [
            new("hubTlsCertFile", $"{ManualOptions.SectionName}:{nameof(ManualOptions.CertificateFile)}"),
            new("hubTlsKeyFile", $"{ManualOptions.SectionName}:{nameof(ManualOptions.KeyFile)}"),
            new("hubPublicHostname", $"{PublicOptions.SectionName}:{nameof(PublicOptions.Hostname)}"),
            // Of the internal CA as long as the public one is not there, and for names that only this host knows.
            new("hubPublicHostname", $"{DevelopmentOptions.SectionName}:{nameof(DevelopmentOptions.Names)}:0"),
            new("acmeCacheDir", $"{PublicOptions.SectionName}:{nameof(PublicOptions.CacheDirectory)}"),
        ],
        Requirements =
        [
            new(["hubPublicHostname", "hubTlsCertFile", "hubTlsKeyFile"], "is needed, or hubTlsCertFile and hubTlsKeyFile.")
            {
                OrSection = DevelopmentOptions.SectionName,
            },
        ],
    };
}
