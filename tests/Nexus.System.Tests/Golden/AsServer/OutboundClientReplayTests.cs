using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>The recorded SOCKS5 session, played against our client.</summary>
public sealed class OutboundClientReplayTests
{
    internal const string Played = "11-outbound-socks5";

    [Fact]
    [Statement("client 110", "client 111", "client 112", "client 113", "client 114")]
    public Task Client_SpeaksSocks5AsRecorded() => OutboundClientReplay.RunAsync();
}
