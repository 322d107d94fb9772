using Microsoft.Extensions.Configuration;

namespace Nexus.ServiceDefaults.Tests;

public sealed class ServiceAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5011", true)]
    [InlineData("https://mesh.internal:5011", true)]
    [InlineData("127.0.0.1:5011", false)]
    [InlineData("ftp://mesh", false)]
    [InlineData(null, false)]
    public void TryGetGrpc_ConfiguredValue_IsAnAddressOrNot(string? value, bool expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("services:mesh:grpc:0", value)]).Build();

        Assert.Equal(expected, ServiceAddress.TryGetGrpc(configuration, "mesh", out var address));
        Assert.Equal(expected ? new Uri(value ?? "") : null, expected ? address : null);
    }
}
