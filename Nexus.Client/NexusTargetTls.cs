namespace Nexus.Client;

/// <summary>Where the TLS of one target's users ends, and with which certificate.</summary>
public sealed class NexusTargetTls
{
    /// <summary>Where it ends; at the target by default.</summary>
    public NexusTlsMode Mode { get; set; }

    /// <summary>
    /// PEM file with the certificate and, behind it, its intermediates; for <see cref="NexusTlsMode.Files"/> only. Read again when it
    /// changes, for the users from then on; a new one that cannot be used is told in the log, and the old one stays.
    /// </summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file with the certificate's private key, not encrypted; for <see cref="NexusTlsMode.Files"/> only.</summary>
    public string KeyFile { get; set; } = "";
}
