using System.Net;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.WebSocketHosting.Tests.Listening;

public sealed class ConnectionAdmissionTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    public void SourceOf_Address_IsOneHousehold(string address, string source) =>
        Assert.Equal(IPAddress.Parse(source), ConnectionAdmission.SourceOf(new IPEndPoint(IPAddress.Parse(address), 5)));
}
