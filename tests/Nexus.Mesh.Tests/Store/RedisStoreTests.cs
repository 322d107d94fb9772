namespace Nexus.Mesh.Tests.Store;

public sealed class RedisStoreTests(Servers servers) : StoreTests(servers, RedisKind.Redis);
