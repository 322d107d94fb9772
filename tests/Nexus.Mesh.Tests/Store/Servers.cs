[assembly: AssemblyFixture(typeof(Nexus.Mesh.Tests.Store.Servers))]

namespace Nexus.Mesh.Tests.Store;

/// <summary>One server of each kind for all tests that do it no harm; each test has a prefix of its own there.</summary>
public sealed class Servers : IAsyncDisposable
{
    private readonly Lazy<Task<RedisUnderTest>> _garnet = new(() => RedisUnderTest.StartAsync(RedisKind.Garnet));
    private readonly Lazy<Task<RedisUnderTest>> _redis = new(() => RedisUnderTest.StartAsync(RedisKind.Redis));

    public Task<RedisUnderTest> GetAsync(RedisKind kind) => (kind == RedisKind.Garnet ? _garnet : _redis).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _garnet, _redis }.Where(server => server.IsValueCreated && server.Value.IsCompletedSuccessfully))
        {
            await (await server.Value).DisposeAsync();
        }
    }
}
