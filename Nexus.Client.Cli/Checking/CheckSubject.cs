namespace Nexus.Client.Cli.Checking;

/// <summary>What is looked at: one backend, its names, and where its users go.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Backend">Its hubs and its token.</param>
/// <param name="Hosts">Names without a wildcard.</param>
/// <param name="Targets">Local addresses, <c>host:port</c>.</param>
/// <param name="PublicPort">The edge's port for TLS.</param>
/// <param name="PlainPort">The edge's port for plain HTTP; 0 for none.</param>
internal sealed record CheckSubject(string Title, NexusBackendOptions Backend, IReadOnlyList<string> Hosts, IReadOnlyList<string> Targets, int PublicPort, int PlainPort);
