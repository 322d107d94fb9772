namespace Nexus.Mesh.Tests.Store;

public sealed class GarnetFailureTests() : StoreFailureTests(RedisKind.Garnet);
