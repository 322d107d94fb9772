using Nexus.Yaml;

namespace Nexus.Client.Cli.Configuration;

/// <summary>The keys of the file and the options that they set. Names are case-sensitive; what is not here is refused.</summary>
internal static class BackendSchema
{
    public static List<NexusBackendOptions> ReadFile(FieldReader fields, SourceNode root)
    {
        List<NexusBackendOptions> backends = [];
        fields.ReadMapping("", root, (key, path, node) =>
        {
            if (key != "backends") return false;
            backends = fields.ReadList(path, node, (itemPath, item) => ReadBackend(fields, itemPath, item));
            return true;
        });
        return backends;
    }

    private static NexusBackendOptions ReadBackend(FieldReader fields, string path, SourceNode node)
    {
        var options = new NexusBackendOptions();
        var hostname = "";
        fields.ReadMapping(path, node, (key, at, value) =>
        {
            switch (key)
            {
                case "name": options.Name = fields.ReadString(at, value); break;
                case "hostname": hostname = fields.ReadString(at, value); break;
                case "hostnames": options.Hostnames = fields.ReadStrings(at, value); break;
                case "tcpPorts": options.TcpPorts = fields.ReadInts(at, value); break;
                case "udpRoutes": options.UdpRoutes = fields.ReadList(at, value, (itemPath, item) => ReadUdpRoute(fields, itemPath, item)); break;
                case "nexusAddresses": options.NexusAddresses = fields.ReadStrings(at, value); break;
                case "weight": options.Weight = fields.ReadInt(at, value); break;
                case "attestation": options.Attestation = ReadAttestation(fields, at, value); break;
                case "portMappings": options.PortMappings = fields.ReadIntMap(at, value, (itemPath, item) => PortMappingSchema.Read(fields, itemPath, item)); break;
                case "tls": options.Tls = PortMappingSchema.ReadTls(fields, at, value); break; // ours, as what it is for
                case "healthChecks": options.HealthChecks = ReadHealthChecks(fields, at, value); break;
                case "flowControl": options.FlowControl = ReadFlowControl(fields, at, value); break;
                case "socks5ListenAddr": options.Socks5ListenAddr = fields.ReadString(at, value); break;
                default: return false;
            }

            return true;
        });
        if (options.Hostnames.Count == 0 && hostname.Length > 0) options.Hostnames = [hostname];
        return options;
    }

    private static NexusUdpRoute ReadUdpRoute(FieldReader fields, string path, SourceNode node)
    {
        var route = new NexusUdpRoute();
        fields.ReadMapping(path, node, (key, at, value) =>
        {
            switch (key)
            {
                case "port": route.Port = fields.ReadInt(at, value); break;
                case "flowIdleTimeoutSeconds": route.FlowIdleTimeoutSeconds = FieldReader.IsNull(value) ? null : fields.ReadInt(at, value); break;
                default: return false;
            }

            return true;
        });
        return route;
    }

    private static NexusAttestationOptions ReadAttestation(FieldReader fields, string path, SourceNode node)
    {
        var options = new NexusAttestationOptions();
        fields.ReadMapping(path, node, (key, at, value) =>
        {
            switch (key)
            {
                case "command": options.Command = fields.ReadString(at, value); break;
                case "args": options.Args = fields.ReadStrings(at, value); break;
                case "env": options.Env = fields.ReadStringMap(at, value); break;
                case "timeoutSeconds": options.TimeoutSeconds = fields.ReadInt(at, value); break;
                case "cacheHandshakeSeconds": options.CacheHandshakeSeconds = fields.ReadInt(at, value); break;
                case "hmacSecret": options.HmacSecret = fields.ReadString(at, value); break;
                case "hmacSecretFile": options.HmacSecretFile = fields.ReadString(at, value); break;
                case "tokenTTLSeconds": options.TokenTtlSeconds = fields.ReadInt(at, value); break;
                case "handshakeMaxAgeSeconds": options.HandshakeMaxAgeSeconds = fields.ReadInt(at, value); break;
                case "reauthIntervalSeconds": options.ReauthIntervalSeconds = fields.ReadInt(at, value); break;
                case "reauthGraceSeconds": options.ReauthGraceSeconds = fields.ReadInt(at, value); break;
                case "maintenanceGraceCapSeconds": options.MaintenanceGraceCapSeconds = fields.ReadInt(at, value); break;
                case "authorizerStatusUri": options.AuthorizerStatusUri = fields.ReadString(at, value); break;
                case "policyVersion": options.PolicyVersion = fields.ReadString(at, value); break;
                case "outboundAllowed": options.OutboundAllowed = fields.ReadBool(at, value); break;
                case "allowedOutboundPorts": options.AllowedOutboundPorts = fields.ReadInts(at, value); break;
                default: return false;
            }

            return true;
        });
        return options;
    }

    private static NexusFlowControlOptions ReadFlowControl(FieldReader fields, string path, SourceNode node)
    {
        var options = new NexusFlowControlOptions();
        fields.ReadMapping(path, node, (key, at, value) =>
        {
            switch (key)
            {
                case "highWaterMark": options.HighWaterMark = fields.ReadInt(at, value); break;
                case "lowWaterMark": options.LowWaterMark = fields.ReadInt(at, value); break;
                case "maxBuffer": options.MaxBuffer = fields.ReadInt(at, value); break;
                default: return false;
            }

            return true;
        });
        return options;
    }

    private static NexusHealthCheckOptions ReadHealthChecks(FieldReader fields, string path, SourceNode node)
    {
        var options = new NexusHealthCheckOptions();
        fields.ReadMapping(path, node, (key, at, value) =>
        {
            switch (key)
            {
                case "enabled": options.Enabled = fields.ReadBool(at, value); break;
                case "inactivityTimeout": options.InactivityTimeout = TimeSpan.FromSeconds(fields.ReadInt(at, value)); break;
                case "pongTimeout": options.PongTimeout = TimeSpan.FromSeconds(fields.ReadInt(at, value)); break;
                default: return false;
            }

            return true;
        });
        return options;
    }
}
