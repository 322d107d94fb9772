namespace Nexus.ServiceDefaults.Tests;

public sealed class InternalEndpointAddressTests
{
    [Theory]
    [InlineData("http://10.0.0.5:5011", "http://10.0.0.5:5011/")]
    [InlineData("http://localhost:5011", "http://localhost:5011/")]
    public void FindReachable_FixedAddress_IsTheEndpointItself(string url, string expected) =>
        Assert.Equal(expected, InternalEndpoints.FindReachable(url)?.AbsoluteUri);

    [Theory]
    [InlineData("http://*:5011")]
    [InlineData("http://+:5011")]
    [InlineData("http://0.0.0.0:5011")]
    [InlineData("http://[::]:5011")]
    public void FindReachable_EveryAddress_IsThisMachinesName(string url) =>
        Assert.Equal($"{System.Net.Dns.GetHostName()}:5011".ToUpperInvariant(), InternalEndpoints.FindReachable(url)?.Authority.ToUpperInvariant());

    [Theory]
    [InlineData(null)]
    [InlineData("http://127.0.0.1:0")]
    public void FindReachable_NoFixedPort_IsUnknown(string? url) => Assert.Null(InternalEndpoints.FindReachable(url));
}
