namespace Nexus.SystemTests.Processes;

/// <summary>Users in the backend's region.</summary>
public sealed class DatagramInRegionTests(SystemUnderTest system) : DatagramTests(system), IClassFixture<SystemUnderTest>;
