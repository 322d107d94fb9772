using Nexus.Client.LocalRouting;
using Nexus.Testing;

namespace Nexus.Client.Tests.LocalRouting;

public sealed class PortMappingTableTests
{
    private readonly PortMappingTable _table = PortMappingTable.Create(new Dictionary<int, NexusPortMapping>
    {
        [443] = new()
        {
            Default = "default:1",
            Hosts = new Dictionary<string, string>
            {
                ["Exact.Example.com."] = "exact:2",
                ["*.example.com"] = "wild:3",
                ["*.a.example.com"] = "deeper:4",
                ["*.bücher.example"] = "unicode:5",
            },
        },
        [53] = new() { Default = "default:1", Hosts = new Dictionary<string, string> { ["udp:53"] = "udp:6" } },
        [80] = new() { Hosts = new Dictionary<string, string> { ["only.example"] = "only:7" } },
    }, _ => null);

    [Theory]
    [InlineData(443, "exact.example.com", "exact:2")]
    [InlineData(443, "a.example.com", "wild:3")]
    [InlineData(443, "x.a.example.com", "deeper:4")]
    [InlineData(443, "x.y.a.example.com", "default:1")]
    [InlineData(443, "a.b.example.com", "default:1")]
    [InlineData(443, "example.com", "default:1")]
    [InlineData(443, ".example.com", "default:1")]
    [InlineData(443, "x.xn--bcher-kva.example", "unicode:5")]
    [InlineData(443, "", "default:1")]
    [InlineData(53, "udp:53", "udp:6")]
    [InlineData(53, "tcp:53", "default:1")]
    [InlineData(80, "only.example", "only:7")]
    [Statement("client 25", "client 26", "client 28")]
    public void Find_ExactThenWildcardThenDefault(int port, string hostname, string expected) =>
        Assert.Equal(expected, _table.Find(port, hostname)?.Target.ToString());

    [Theory]
    [InlineData(80, "other.example")]
    [InlineData(8443, "exact.example.com")]
    [Statement("client 27")]
    public void Find_NothingMapped_NothingFound(int port, string hostname) => Assert.Null(_table.Find(port, hostname));

    [Theory]
    [InlineData(" localhost:8443 ", "localhost", 8443)]
    [InlineData("127.0.0.1:80", "127.0.0.1", 80)]
    [InlineData("[::1]:25", "::1", 25)]
    [InlineData("localhost:https", "localhost", 443)]
    [InlineData(":8080", "localhost", 8080)]
    public void Target_OfEveryForm_IsRead(string text, string host, int port)
    {
        Assert.True(LocalTarget.TryParse(text, out var target));
        Assert.Equal(new LocalTarget(host, port), target);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("::1:25")]
    [InlineData("http://localhost:80")]
    [InlineData("a b:80")]
    public void Target_Malformed_IsRefused(string text) => Assert.False(LocalTarget.TryParse(text, out _));
}
