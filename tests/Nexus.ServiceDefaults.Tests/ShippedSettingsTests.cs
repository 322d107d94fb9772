using System.Net;
using Microsoft.Extensions.Configuration;

namespace Nexus.ServiceDefaults.Tests;

/// <summary>What a service does that is started with nothing but its own appsettings.json.</summary>
public sealed class ShippedSettingsTests
{
    [Theory]
    [InlineData("Nexus.Certs", true)]
    [InlineData("Nexus.Edge", false)]
    [InlineData("Nexus.Hub", true)]
    [InlineData("Nexus.Mesh", true)]
    public void InternalEndpoints_AreOnLoopback(string service, bool servesGrpc)
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(RepositoryRoot.Path, service, "appsettings.json")).Build();
        var endpoints = settings.GetSection("Kestrel:Endpoints").GetChildren().ToDictionary(endpoint => endpoint.Key, endpoint => new Uri(endpoint["Url"] ?? ""));

        Assert.Equal(servesGrpc ? ["Grpc", "Http"] : ["Http"], endpoints.Keys.Order(StringComparer.Ordinal));
        Assert.All(endpoints.Values, url => Assert.True(IPAddress.IsLoopback(IPAddress.Parse(url.Host))));
    }
}
