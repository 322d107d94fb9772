namespace Nexus.Hub.Sessions;

/// <summary>A backend's connection after its upgrade.</summary>
/// <param name="Request">What it came from: its id for the log, and the way to cut it.</param>
/// <param name="Transport">The raw stream; its owner closes it.</param>
/// <param name="Pending">To be told of the authentication.</param>
internal sealed record UpgradedConnection(HttpContext Request, Stream Transport, PendingConnection Pending);
