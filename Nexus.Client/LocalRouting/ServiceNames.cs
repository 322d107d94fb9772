using System.Collections.Frozen;

namespace Nexus.Client.LocalRouting;

/// <summary>Names that may stand for a port in a target, such as <c>localhost:https</c>.</summary>
internal static class ServiceNames
{
    private static readonly FrozenDictionary<string, int> s_ports = new Dictionary<string, int>
    {
        ["ftp"] = 21,
        ["ssh"] = 22,
        ["telnet"] = 23,
        ["smtp"] = 25,
        ["domain"] = 53,
        ["http"] = 80,
        ["pop3"] = 110,
        ["imap"] = 143,
        ["imap2"] = 143,
        ["ldap"] = 389,
        ["https"] = 443,
        ["submissions"] = 465,
        ["submission"] = 587,
        ["ldaps"] = 636,
        ["imaps"] = 993,
        ["pop3s"] = 995,
        ["mysql"] = 3306,
        ["postgresql"] = 5432,
        ["xmpp-client"] = 5222,
        ["xmpp-server"] = 5269,
        ["redis"] = 6379,
        ["http-alt"] = 8080,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static bool TryFindPort(string name, out int port) => s_ports.TryGetValue(name, out port);
}
