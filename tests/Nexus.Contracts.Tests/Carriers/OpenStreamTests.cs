using Nexus.Protocol.Backend;
using Wire = Nexus.Contracts.Streams.V1;

namespace Nexus.Contracts.Carriers;

public sealed class OpenStreamTests
{
    public static TheoryData<string, Action<Wire.OpenStream>> Breaches => new()
    {
        { "no client", open => open.ClientAddress = "" },
        { "client is a name", open => open.ClientAddress = "user.test:80" },
        { "no port", open => open.LocalPort = 0 },
        { "port too large", open => open.LocalPort = 65_536 },
        { "neither host nor claim", open => open.Host = "" },
        { "host and claim", open => open.ClaimedPort = 53 },
        { "host too long", open => open.Host = new string('a', 254) },
        { "no transport", open => open.Transport = Wire.Transport.Unspecified },
        { "trace state too long", open => open.TraceState = new string('a', 513) },
    };

    [Fact]
    public void Wire_ThereAndBack_IsTheSame()
    {
        var claim = new OpenStream { ClientAddress = "[2001:db8::1]:5000", LocalPort = 53, ClaimedPort = 53, Transport = StreamTransport.Udp };

        Assert.Equal(Opens.Some, OpenStream.FromWire(Opens.Some.ToWire()));
        Assert.Equal(claim, OpenStream.FromWire(claim.ToWire()));
    }

    [Theory]
    [MemberData(nameof(Breaches), DisableDiscoveryEnumeration = true)]
    public void Wire_BreachOfTheContract_IsNull(string name, Action<Wire.OpenStream> breach)
    {
        var wire = Opens.Some.ToWire();
        breach(wire);

        Assert.True(OpenStream.FromWire(wire) is null, name);
    }
}
