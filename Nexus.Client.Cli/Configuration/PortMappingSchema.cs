using Nexus.Yaml;

namespace Nexus.Client.Cli.Configuration;

/// <summary>The keys of a port's targets, and of how their certificates are obtained. The original's client knows targets as texts only.</summary>
internal static class PortMappingSchema
{
    public static NexusPortMapping Read(FieldReader fields, string path, SourceNode node)
    {
        var mapping = new NexusPortMapping();
        // What stands within a target is only its own, and wins, wherever the others' stands.
        var ownProtocols = new Dictionary<string, NexusProxyProtocol>(StringComparer.Ordinal);
        NexusProxyProtocol? ownOfDefault = null;
        fields.ReadMapping(path, node, (key, at, value) =>
        {
            switch (key)
            {
                case "default":
                    var target = ReadTarget(fields, at, value);
                    (mapping.Default, mapping.DefaultTls, ownOfDefault) = (target.Address, target.Tls, target.ProxyProtocol);
                    break;
                case "hosts": ReadHosts(fields, at, value, mapping, ownProtocols); break;
                case "proxyProtocol": mapping.ProxyProtocol = ReadProxyProtocol(fields, at, value); break;
                case "hostProxyProtocols": mapping.HostProxyProtocols = ReadProxyProtocols(fields, at, value); break;
                default: return false;
            }

            return true;
        });
        foreach (var (host, protocol) in ownProtocols) mapping.HostProxyProtocols[host] = protocol;
        if (ownOfDefault is not { } own) return mapping;
        foreach (var host in mapping.Hosts.Keys) mapping.HostProxyProtocols.TryAdd(host, mapping.ProxyProtocol);
        mapping.ProxyProtocol = own;
        return mapping;
    }

    public static NexusTlsOptions ReadTls(FieldReader fields, string path, SourceNode node)
    {
        var options = new NexusTlsOptions();
        fields.ReadMapping(path, node, (key, at, value) =>
        {
            switch (key)
            {
                case "directory": options.Directory = fields.ReadString(at, value); break;
                case "stateDir": options.StateDirectory = fields.ReadString(at, value); break;
                case "contacts": options.Contacts = fields.ReadStrings(at, value); break;
                case "externalAccountId": options.ExternalAccountId = fields.ReadString(at, value); break;
                case "externalAccountKeyFile": options.ExternalAccountKeyFile = fields.ReadString(at, value); break;
                case "caFile": options.AuthorityCertificateFile = fields.ReadString(at, value); break;
                case "profile": options.Profile = fields.ReadString(at, value); break;
                case "maxOrdersPerHour": options.MaxOrdersPerHour = fields.ReadInt(at, value); break;
                case "challenges": options.Challenges = fields.ReadStrings(at, value); break;
                default: return false;
            }

            return true;
        });
        return options;
    }

    private static void ReadHosts(FieldReader fields, string path, SourceNode node, NexusPortMapping mapping, Dictionary<string, NexusProxyProtocol> ownProtocols)
    {
        foreach (var (host, target) in fields.ReadMap(path, node, (at, value) => ReadTarget(fields, at, value)))
        {
            mapping.Hosts[host] = target.Address;
            if (target.Tls.Mode != NexusTlsMode.Passthrough || target.Tls.CertificateFile.Length > 0 || target.Tls.KeyFile.Length > 0) mapping.HostTls[host] = target.Tls;
            if (target.ProxyProtocol is { } protocol) ownProtocols[host] = protocol;
        }
    }

    private static TargetFields ReadTarget(FieldReader fields, string path, SourceNode node)
    {
        var target = new TargetFields();
        if (node is not SourceMapping) return target with { Address = fields.ReadString(path, node) };
        fields.ReadMapping(path, node, (key, at, value) =>
        {
            switch (key)
            {
                case "target": target = target with { Address = fields.ReadString(at, value) }; break;
                case "tls": target.Tls.Mode = ReadMode(fields, at, value); break;
                case "certFile": target.Tls.CertificateFile = fields.ReadString(at, value); break;
                case "keyFile": target.Tls.KeyFile = fields.ReadString(at, value); break;
                case "proxyProtocol": target = target with { ProxyProtocol = ReadProxyProtocol(fields, at, value) }; break;
                default: return false;
            }

            return true;
        });
        if (target.Address.Length == 0) fields.Refuse(path, node, "needs a target.");
        return target;
    }

    private static NexusTlsMode ReadMode(FieldReader fields, string path, SourceNode node)
    {
        switch (fields.ReadString(path, node))
        {
            case "" or "passthrough": return NexusTlsMode.Passthrough;
            case "auto": return NexusTlsMode.Auto;
            case "files": return NexusTlsMode.Files;
            default:
                fields.Refuse(path, node, "must be passthrough, auto or files.");
                return NexusTlsMode.Passthrough;
        }
    }

    private static Dictionary<string, NexusProxyProtocol> ReadProxyProtocols(FieldReader fields, string path, SourceNode node)
    {
        var protocols = new Dictionary<string, NexusProxyProtocol>(StringComparer.Ordinal);
        fields.ReadMapping(path, node, (key, at, value) =>
        {
            protocols[key] = ReadProxyProtocol(fields, at, value);
            return true;
        });
        return protocols;
    }

    private static NexusProxyProtocol ReadProxyProtocol(FieldReader fields, string path, SourceNode node)
    {
        switch (fields.ReadString(path, node))
        {
            case "" or "none": return NexusProxyProtocol.None;
            case "v1": return NexusProxyProtocol.V1;
            case "v2": return NexusProxyProtocol.V2;
            default:
                fields.Refuse(path, node, "must be none, v1 or v2.");
                return NexusProxyProtocol.None;
        }
    }

    private sealed record TargetFields
    {
        public string Address { get; init; } = "";

        public NexusTargetTls Tls { get; } = new();

        public NexusProxyProtocol? ProxyProtocol { get; init; }
    }
}
