using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Nexus.Mesh.Peering;

/// <summary>How this mesh is linked with those of other regions.</summary>
internal sealed class PeeringOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Mesh:Peering";

    /// <summary>Meshes of other regions (or nodes of the original) to dial, such as "wss://node.example.com:8444/mesh". More are found in the region's Redis.</summary>
    public IList<string> Peers { get; } = [];

    /// <summary>Address and port of the TLS listener for peers; port 0 takes a free one. Without it, or without <see cref="TrustedDomainSuffixes"/>, this mesh only dials.</summary>
    public string ListenAddress { get; set; } = "";

    /// <summary>Under which URL the other regions' meshes reach that listener. Only with it are they told, by way of Redis.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Where edges of this region open streams to this mesh, such as "http://10.0.0.5:5021"; by default its own gRPC endpoint.</summary>
    public string StreamAddress { get; set; } = "";

    /// <summary>Peers that dial us must have a certificate for a name below one of these; so must those that were found in Redis.</summary>
    public IList<string> TrustedDomainSuffixes { get; } = [];

    /// <summary>PEM files with the roots that peers' certificates must lead to. None: the system's.</summary>
    public IList<string> AuthorityFiles { get; } = [];

    /// <summary>HTTP proxy through which peers are dialled, such as "http://proxy.internal:3128"; by default the environment's (HTTPS_PROXY, ALL_PROXY, NO_PROXY).</summary>
    public string Proxy { get; set; } = "";

    /// <summary>Connections to each address that is dialled; tunnels take turns.</summary>
    [Range(1, 16)] public int LinksPerPeer { get; set; } = 1;

    /// <summary>Links, dialled and accepted.</summary>
    [Range(1, 10_000)] public int MaxLinks { get; set; } = 512;

    /// <summary>Users of one link.</summary>
    [Range(1, 1_000_000)] public int MaxTunnelsPerLink { get; set; } = 20_000;

    /// <summary>UDP flows of one link. One costs about half a KiB here.</summary>
    [Range(1, 1_000_000)] public int MaxFlowsPerLink { get; set; } = 200_000;

    /// <summary>
    /// After so long without a datagram another region's UDP flow ends here, if the backends of its port do not ask for longer. The user's region ends
    /// it long before, unless it has lost it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan FlowIdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Names and ports that one peer may announce.</summary>
    [Range(1, 1_000_000)] public int MaxRoutesPerLink { get; set; } = 200_000;

    /// <summary>The largest announcement.</summary>
    [Range(1, 256)] public int MaxAnnouncementMegabytes { get; set; } = 16;

    /// <summary>TLS and the upgrade, when we dial and when we are dialled (spec/node.md §5.1).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")] public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The first pause before a peer is dialled again; it doubles up to <see cref="MaxRedialDelay"/>, with full jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")] public TimeSpan MinRedialDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A region that could not be reached is in the edges' tables again within 5 s of its return.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")] public TimeSpan MaxRedialDelay { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>A peer of our kind from which nothing at all has come for so long is gone; it is asked at half of it.</summary>
    [Range(typeof(TimeSpan), "00:00:06", "00:05:00")] public TimeSpan FrozenAfter { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>The same for nodes of the original, which answer no ping while one of their users does not read (spec/node.md §5.2).</summary>
    [Range(typeof(TimeSpan), "00:02:00", "00:10:00")] public TimeSpan OriginalFrozenAfter { get; set; } = TimeSpan.FromSeconds(150);

    /// <summary>How long a peer may take to accept a user before another is asked. Nodes of the original say nothing when they have no backend.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")] public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Peers that one user's connection may be offered to.</summary>
    [Range(1, 16)] public int MaxAttempts { get; set; } = 3;

    /// <summary>
    /// How long one user may be offered to peers in all: less than edges wait (10 s), which give up a connection on which one has waited in vain, with all
    /// who wait beside it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")] public TimeSpan OpenLimit { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a hub of ours may take for a peer's user while another one serves the name too; the last one has as long as the peer waits.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")] public TimeSpan HubTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Changes of our own routes are told to peers after this pause, so that many at once become one message.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")] public TimeSpan AnnouncePause { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>A tunnel on which nothing moves for so long ends; zero: never. The backend's region has limits of its own.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")] public TimeSpan TunnelIdleTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>The same after one side's FIN.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan HalfClosedIdleTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a user or a hub may leave untaken what waits for it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan StallTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Megabytes that should wait here for users and hubs that read slowly; the nearer it gets to that, the fewer credits peers get.</summary>
    [Range(1, 1_048_576)] public int PauseAboveMegabytes { get; set; } = 48;

    /// <summary>Beyond this the tunnels that hold most are reset until it fits.</summary>
    [Range(8, 1_048_576)] public int MaxQueuedMegabytes { get; set; } = 512;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (var i = 0; i < Peers.Count; i++)
        {
            if (!PeerAddress.TryParse(Peers[i], out _, out var problem)) yield return new($"\"{Peers[i]}\" {problem}", [$"{nameof(Peers)}:{i}"]);
        }

        if (ListenAddress.Length > 0 && !IPEndPoint.TryParse(ListenAddress, out _))
            yield return new("must be an IP address and a port, like 0.0.0.0:8444 or [::]:8444.", [nameof(ListenAddress)]);
        if (PublicUrl.Length > 0 && !PeerAddress.TryParse(PublicUrl, out _, out var fault)) yield return new(fault, [nameof(PublicUrl)]);
        if (PublicUrl.Length > 0 && ListenAddress.Length == 0) yield return new($"needs {nameof(ListenAddress)}: nobody listens there.", [nameof(PublicUrl)]);
        if (Proxy.Length > 0 && !(Uri.TryCreate(Proxy, UriKind.Absolute, out var proxy) && proxy.Scheme == Uri.UriSchemeHttp))
            yield return new("must be an address like http://proxy.internal:3128.", [nameof(Proxy)]);
        if (MaxRedialDelay < MinRedialDelay) yield return new($"must not be shorter than {nameof(MinRedialDelay)}.", [nameof(MaxRedialDelay)]);
        foreach (var file in AuthorityFiles.Where(file => !File.Exists(file))) yield return new($"there is no file {file}.", [nameof(AuthorityFiles)]);
    }
}
