namespace Nexus.Benchmarks.Field.Targets;

/// <summary>The alternatives, as <c>--targets</c> names them.</summary>
internal static class TargetNames
{
    public const string Direct = "direct";
    public const string Haproxy = "haproxy";
    public const string HaproxyPair = "haproxy-pair";
    public const string Ssh = "ssh";
    public const string SshAes = "ssh-aes";
    public const string Nexus = "nexus";
    public const string NexusGrpc = "nexus-grpc";
    public const string NexusPeer = "nexus-peer";

    public static IReadOnlyList<string> All => [Direct, Haproxy, HaproxyPair, Ssh, SshAes, Nexus, NexusGrpc, NexusPeer];
}
