using Nexus.Protocol.Tls;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Tls;

public sealed class ClientHelloAlpnTests
{
    [Fact]
    public void RecordedFirstBytes_AnyPrefixAndAnyDamage_GiveAnAnswer()
    {
        var random = new Random(11);
        var found = 0;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "tests", "data", "first-bytes"), "*.bin"))
        {
            var bytes = File.ReadAllBytes(file);
            if (ClientHelloAlpn.TryFindFirst(bytes, out _)) found++;
            for (var length = 0; length < Math.Min(bytes.Length, 600); length++) ClientHelloAlpn.TryFindFirst(bytes.AsSpan(0, length), out _);
            for (var round = 0; round < 50 && bytes.Length > 0; round++)
            {
                var damaged = bytes.ToArray();
                for (var i = 0; i < 4; i++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                ClientHelloAlpn.TryFindFirst(damaged, out _);
            }
        }

        Assert.True(found > 0);
    }
}
