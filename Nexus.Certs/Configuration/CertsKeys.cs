using Nexus.Certs.Identities;
using Nexus.Certs.Manual;
using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.Certs.Configuration;

/// <summary>What certs takes from the node's <c>config.yaml</c>.</summary>
internal static class CertsKeys
{
    private const string Acme = "Nexus:Certs:Acme";

    public static NodeKeyMap Map { get; } = new()
    {
        Service = "certs",
        Uses =
        [
            new("hubTlsCertFile", $"{ManualOptions.SectionName}:{nameof(ManualOptions.CertificateFile)}"),
            new("hubTlsKeyFile", $"{ManualOptions.SectionName}:{nameof(ManualOptions.KeyFile)}"),
            new("hubPublicHostname", $"{Acme}:Hostname")
            {
                WithoutEffect = "this version takes no certificate from an ACME authority: the hub's is of the internal authority, whose root backends must trust.",
            },
            // So that the certificate that there is has the right name.
            new("hubPublicHostname", $"{DevelopmentOptions.SectionName}:{nameof(DevelopmentOptions.Names)}:0"),
            new("acmeCacheDir", $"{Acme}:CacheDirectory"),
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
