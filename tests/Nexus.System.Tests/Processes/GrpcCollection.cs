namespace Nexus.SystemTests.Processes;

/// <summary>As <see cref="HandOverCollection"/>, for users who come to the hub by gRPC.</summary>
[CollectionDefinition(nameof(GrpcCollection))]
public sealed class GrpcCollection : ICollectionFixture<GrpcSystem>;
