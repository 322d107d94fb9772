using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>The Redis of both regions; killed, it comes back empty.</summary>
/// <param name="redis">The process.</param>
/// <param name="isUsed">Whether all meshes have found it again.</param>
internal sealed class RedisPart(RedisUnderTest redis, Func<Task<bool>> isUsed) : ProcessPart("redis", PartKind.Redis)
{
    protected override RealProcess? Process => redis.Process;

    public override async Task RestoreAsync(FaultKind fault)
    {
        await base.RestoreAsync(fault);
        await Eventually.SucceedsAsync(isUsed, () => "Not all meshes have found Redis again.");
    }

    protected override Task StartAgainAsync() => redis.StartAsync();
}
