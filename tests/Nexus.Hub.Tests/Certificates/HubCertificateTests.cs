using Nexus.Hub.Tests.Peers;

namespace Nexus.Hub.Tests.Certificates;

public sealed class HubCertificateTests
{
    [Fact]
    public async Task NewCertificate_Arrives_NewConnectionsSeeItAndOldOnesStay()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var before = await BackendPeer.LoginAsync(hub, "app.test");
        var old = before.Tls.RemoteCertificate?.GetCertHashString();
        hub.Region.Certificates.Use(hub.Certificates.IssuePem(HubUnderTest.Name));
        await hub.LoggedAsync("CertificateWatcher", 1, log => Equals(log.Properties["Generation"], 2ul));

        await using var after = await BackendPeer.LoginAsync(hub, "other.test");
        Assert.NotEqual(old, after.Tls.RemoteCertificate?.GetCertHashString());
        await using var user = await hub.ConnectAsync("app.test");
        await before.ReceiveEventAsync("connect");
    }

    [Fact]
    public async Task NewCertificate_Unusable_LastOneStays()
    {
        await using var hub = await HubUnderTest.StartAsync();
        hub.Region.Certificates.Use("nonsense", "nonsense");
        await hub.LoggedAsync("CertificateWatcher", 3);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
    }
}
