using System.Net.Security;
using System.Text;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.WebSocketHosting.Tests.Listening;

/// <summary>Tells peers their names.</summary>
internal sealed class NameTeller : IUpgradeHandler
{
    public async Task ServeAsync(UpgradedConnection connection)
    {
        connection.Pending.Authenticated();
        var name = ((SslStream)connection.Transport).RemoteCertificate?.Subject ?? "";
        await connection.Transport.WriteAsync(Encoding.ASCII.GetBytes(name), TestContext.Current.CancellationToken);
    }
}
