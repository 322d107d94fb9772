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

    [Theory]
    [InlineData("", false, "")]
    [InlineData("0=http://a:1", true, "http://a:1/")]
    [InlineData("10=http://k:1,2=http://c:1,0=http://a:1", true, "http://a:1/ http://c:1/ http://k:1/")]
    [InlineData("0=http://a:1,1=nonsense", false, "")]
    [InlineData("0=nonsense,1=http://b:1", false, "")]
    public void TryGetAllGrpc_Replicas_InTheOrderOfTheirNumbers(string values, bool expected, string addresses)
    {
        var settings = values.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .Select(pair => KeyValuePair.Create($"services:mesh:grpc:{pair[0]}", (string?)pair[1]));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();

        Assert.Equal(expected, ServiceAddress.TryGetAllGrpc(configuration, "mesh", out var found));
        Assert.Equal(addresses, string.Join(' ', found));
    }
}
