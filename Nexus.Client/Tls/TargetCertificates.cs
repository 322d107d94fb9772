using Microsoft.Extensions.Logging;
using Nexus.Client.LocalRouting;

namespace Nexus.Client.Tls;

/// <summary>The certificates of one client's targets: those from files, and the automatic ones. Used by one thread at a time.</summary>
internal sealed class TargetCertificates(IServerCertificates automatic, ILogger logger, TimeProvider time)
{
    private Dictionary<(string Certificate, string Key), FileCertificates> _files = [];

    /// <summary>The mappings with their certificates. Files that earlier mappings named too are not read again for it.</summary>
    public PortMappingTable CreateTable(IDictionary<int, NexusPortMapping> mappings)
    {
        var (before, now) = (_files, new Dictionary<(string Certificate, string Key), FileCertificates>());
        var table = PortMappingTable.Create(mappings, tls => tls.Mode switch
        {
            NexusTlsMode.Auto => automatic,
            NexusTlsMode.Files => OfFiles((tls.CertificateFile, tls.KeyFile)),
            _ => null,
        });
        _files = now;
        return table;

        FileCertificates OfFiles((string Certificate, string Key) files)
        {
            if (!now.TryGetValue(files, out var certificates))
                now[files] = certificates = before.GetValueOrDefault(files) ?? new FileCertificates(files.Certificate, files.Key, logger, time);
            return certificates;
        }
    }
}
