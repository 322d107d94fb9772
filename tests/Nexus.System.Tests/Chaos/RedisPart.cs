using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>The Redis of both regions; killed, it comes back empty.</summary>
internal sealed class RedisPart(RedisUnderTest redis) : ProcessPart("redis", PartKind.Redis)
{
    protected override RealProcess? Process => redis.Process;

    protected override Task StartAgainAsync() => redis.StartAsync();
}
