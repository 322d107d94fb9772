using System.Security.Authentication;
using Nexus.Mesh.Tests.Peering.Fakes;
using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>Who is let in, and whom we dial (spec/node.md §5.1).</summary>
public sealed class TrustTests
{
    [Fact]
    [Statement("node 108")]
    public async Task CertificateForServers_WithANameBelowTheSuffix_IsLetIn()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        foreach (var name in new[] { "a.mesh.test", "mesh.test", "deep.a.mesh.test", "A.MESH.test" })
        {
            using var certificate = mesh.Pki.Issue(name);
            await using var peer = await ScriptedPeer.DialAsync(mesh, certificate);
            Assert.Equal("announce", (await peer.NextAsync()).Type);
        }
    }

    [Theory]
    [Statement("node 108", "seen 13")]
    [InlineData("evilmesh.test")]
    [InlineData("mesh.test.evil.test")]
    [InlineData("other.test")]
    public async Task Name_NotBelowTheSuffixByWholeLabels_IsRefused(string name)
    {
        await using var mesh = await LinkedMesh.StartAsync();
        using var certificate = mesh.Pki.Issue(name);
        await RefusedAsync(mesh, () => ScriptedPeer.DialAsync(mesh, certificate));
    }

    [Fact]
    [Statement("node 108")]
    public async Task NoCertificate_AnotherAuthoritys_OrOneForClientsOnly_IsRefused()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        await RefusedAsync(mesh, () => ScriptedPeer.DialAsync(mesh, null));
        using var others = new PeerPki();
        using var foreign = others.Issue("a.mesh.test");
        await RefusedAsync(mesh, () => ScriptedPeer.DialAsync(mesh, foreign));
        using var client = mesh.Pki.IssueFor(PeerPki.Client, "a.mesh.test");
        await RefusedAsync(mesh, () => ScriptedPeer.DialAsync(mesh, client));
        Assert.Empty(mesh.Links.All);
    }

    [Fact]
    [Statement("node 109")]
    public async Task Intermediates_ThatAreSent_AreUsed_AndNeeded()
    {
        await using var mesh = await LinkedMesh.StartAsync();
        using var deep = mesh.Pki.IssueDeep("deep.mesh.test");
        using var between = mesh.Pki.Intermediate;
        await RefusedAsync(mesh, () => ScriptedPeer.DialAsync(mesh, deep));
        await using var peer = await ScriptedPeer.DialAsync(mesh, deep, between);
        Assert.Equal("announce", (await peer.NextAsync()).Type);
    }

    [Fact]
    [Statement("node 109")]
    public async Task OurIntermediates_AreSent_WhenDialling()
    {
        using var pki = new PeerPki();
        await using var listener = new PeerListener(pki.Issue("localhost"));
        using var own = pki.IssueDeep("localhost", "near.mesh.test");
        await using var mesh = await LinkedMesh.StartAsync(pki, null, null, [LinkedMesh.Option("Peers:0", listener.Url)], own);
        await using var peer = await listener.AcceptAsync();
        Assert.Contains("CN=Peers' intermediate", listener.Sent);
        Assert.StartsWith("GET /mesh HTTP/1.1", listener.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("Sec-WebSocket-Protocol", listener.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("announce", (await peer.NextAsync()).Type);
    }

    [Fact]
    public async Task Server_WithACertificateForAnotherHost_IsNotDialled()
    {
        using var pki = new PeerPki();
        await using var listener = new PeerListener(pki.Issue("elsewhere.mesh.test"));
        await using var mesh = await LinkedMesh.StartAsync(pki, null, null, [LinkedMesh.Option("Peers:0", listener.Url)]);
        using var socket = await listener.AcceptSocketAsync();
        socket.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var peer = await listener.AcceptAsync();
            if ((await peer.NextAsync()).Kind == WebSocketReceivedKind.EndOfStream) throw new AuthenticationException("Not trusted.");
        });
        Assert.Empty(mesh.Links.All);
    }

    /// <summary>With TLS 1.3 the dialler learns of it with the first bytes it reads.</summary>
    private static async Task RefusedAsync(LinkedMesh mesh, Func<Task<ScriptedPeer>> dial)
    {
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var peer = await dial();
        });
        await mesh.LoggedAsync("PeerGate", 9);
    }
}
