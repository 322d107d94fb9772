using System.Text;
using System.Text.Json;
using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Peering;

/// <summary>Finds the field of a key; keys match in either case.</summary>
internal static class PeerMessageFields
{
    private const int MaxNameBytes = 64;

    public static PeerMessageField Find(ref readonly Utf8JsonReader reader)
    {
        Span<byte> buffer = stackalloc byte[MaxNameBytes];
        if (!JsonText.TryGetUtf8(in reader, buffer, out var name)) return PeerMessageField.Other;
        return name.Length switch
        {
            4 when Is(name, "type"u8) => PeerMessageField.Type,
            4 when Is(name, "base"u8) => PeerMessageField.Base,
            5 when Is(name, "nexus"u8) => PeerMessageField.Node,
            5 when Is(name, "added"u8) => PeerMessageField.Added,
            6 when Is(name, "is_tls"u8) => PeerMessageField.IsTls,
            7 when Is(name, "version"u8) => PeerMessageField.Version,
            7 when Is(name, "removed"u8) => PeerMessageField.Removed,
            8 when Is(name, "hostname"u8) => PeerMessageField.Hostname,
            9 when Is(name, "hostnames"u8) => PeerMessageField.Hostnames,
            9 when Is(name, "client_id"u8) => PeerMessageField.Id,
            9 when Is(name, "conn_port"u8) => PeerMessageField.Port,
            9 when Is(name, "client_ip"u8) => PeerMessageField.ClientAddress,
            9 when Is(name, "transport"u8) => PeerMessageField.Transport,
            11 when Is(name, "trace_state"u8) => PeerMessageField.TraceState,
            12 when Is(name, "trace_parent"u8) => PeerMessageField.TraceParent,
            _ => PeerMessageField.Other,
        };
    }

    /// <summary>The same inside of the object `nexus`.</summary>
    public static PeerMessageField FindInNode(ref readonly Utf8JsonReader reader)
    {
        Span<byte> buffer = stackalloc byte[MaxNameBytes];
        if (!JsonText.TryGetUtf8(in reader, buffer, out var name)) return PeerMessageField.Other;
        if (Is(name, "v"u8)) return PeerMessageField.NodeVersion;
        if (Is(name, "node"u8)) return PeerMessageField.NodeName;
        return Is(name, "region"u8) ? PeerMessageField.NodeRegion : PeerMessageField.Other;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) => Ascii.EqualsIgnoreCase(name, expected);
}
