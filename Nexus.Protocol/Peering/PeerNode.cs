namespace Nexus.Protocol.Peering;

/// <summary>Who announces: our own extra object of an announcement, by which a node says that it knows our extensions.</summary>
/// <remarks>Visible ASCII only: with other characters in either text it is not read.</remarks>
/// <param name="Name">Names the process, so that two links to one node are known to lead there; at most <see cref="MaxTextBytes"/> bytes.</param>
/// <param name="Region">Its region, at most <see cref="MaxTextBytes"/> bytes; empty when it has not said.</param>
public sealed record PeerNode(string Name, string Region)
{
    /// <summary>Most bytes of either text, as written. Longer ones are not read.</summary>
    public const int MaxTextBytes = 256;

    /// <summary>The newest version of the extensions that we know. Who knows a later one knows this one too.</summary>
    public const int Version = 1;
}
