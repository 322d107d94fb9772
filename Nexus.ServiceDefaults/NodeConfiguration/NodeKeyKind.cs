namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>What the value of a key of <c>config.yaml</c> is.</summary>
internal enum NodeKeyKind
{
    Text,

    /// <summary>A text that is never shown, and whose file should not be readable by everybody.</summary>
    Secret,
    Secrets,
    Texts,

    /// <summary>Where to listen: <c>:8443</c>, <c>127.0.0.1:8443</c>, <c>[::1]:8443</c> or <c>name:8443</c>.</summary>
    Address,

    /// <summary>An absolute http or https address.</summary>
    Url,
    Number,
    Seconds,
    Ports,
    Flag,
}
