namespace Nexus.SystemTests.Processes;

/// <summary>Tests that share one secured node.</summary>
[CollectionDefinition(nameof(SecuredSystem))]
public sealed class SecuredSystemCollection : ICollectionFixture<SecuredSystem>;
