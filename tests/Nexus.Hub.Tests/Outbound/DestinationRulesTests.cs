using System.Net;
using System.Net.NetworkInformation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Nexus.Hub.Outbound;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Outbound;

/// <summary>Which addresses may be dialled (spec/node.md §14, 22).</summary>
public sealed class DestinationRulesTests
{
    [Theory]
    [Statement("node 106")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:a00:1::")]
    [InlineData("2002:101:101::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Address_SpecialInAnyForm_IsDenied(string address) => Assert.False(IsAllowed(address));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("2606:4700::1111")]
    public void Address_Public_IsAllowed(string address) => Assert.True(IsAllowed(address));

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("64:ff9b::a01:203", true)]
    [InlineData("10.2.0.1", false)]
    [InlineData("10.1.9.9", false)]
    [InlineData("::ffff:10.1.9.9", false)]
    [InlineData("1.1.1.1", false)]
    [InlineData("64:ff9b::101:101", false)]
    public void Lists_AllowWinsOverTheDefaults_DenyOverAll(string address, bool isAllowed)
    {
        var options = new OutboundOptions();
        options.AllowedNetworks.Add("10.1.2.3/16"); // host bits do not matter
        options.DeniedNetworks.Add("10.1.9.0/24");
        options.DeniedNetworks.Add("1.1.1.1");
        Assert.Equal(isAllowed, IsAllowed(address, options));
    }

    [Fact]
    [Statement("node 106")]
    public void Address_OfThisMachine_IsDeniedInEveryForm()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address).ToList();
        Assert.NotEmpty(own);
        Assert.All(own, address =>
        {
            Assert.False(IsAllowed(address.ToString()));
            Assert.False(IsAllowed(address.MapToIPv6().ToString()));
        });
    }

    [Fact]
    public void Options_Defaults_AreValid() => Assert.True(new OutboundOptionsValidator().Validate(null, new()).Succeeded);

    [Fact]
    public void Options_SeveralErrors_AreAllReported()
    {
        var options = new OutboundOptions { MaxConnectionsPerBackend = -2, DialTimeout = TimeSpan.FromHours(1) };
        options.DeniedNetworks.Add("10.0.0.0/33");
        options.AllowedNetworks.Add("somewhere");
        var failures = new OutboundOptionsValidator().Validate(null, options).Failures?.ToList() ?? [];
        Assert.Equal(4, failures.Count);
        Assert.All(["MaxConnectionsPerBackend", "DialTimeout", "DeniedNetworks", "AllowedNetworks"], key => Assert.Contains(failures, failure => failure.Contains(key, StringComparison.Ordinal)));
    }

    private static bool IsAllowed(string address, OutboundOptions? options = null)
    {
        using var app = WebApplication.CreateBuilder().Build();
        var own = new OwnAddresses(app.Services.GetRequiredService<IServer>(), TimeProvider.System);
        return new DestinationRules(Options.Create(options ?? new()), own).IsAllowed(IPAddress.Parse(address));
    }
}
