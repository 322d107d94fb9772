namespace Nexus.SystemTests.Processes;

/// <summary>Classes that share one system: their tests leave it as they found it, and count nothing of it.</summary>
[CollectionDefinition(nameof(HandOverCollection))]
public sealed class HandOverCollection : ICollectionFixture<SystemUnderTest>;
