namespace Nexus.Mesh.Tests.Store;

public sealed class GarnetStoreTests(Servers servers) : StoreTests(servers, RedisKind.Garnet);
