namespace Nexus.Client.Cli.Login;

/// <summary>What <c>nexus login</c> keeps.</summary>
/// <param name="Server">The hub's WebSocket address.</param>
/// <param name="Token">The secret that tokens are signed with.</param>
/// <param name="Authorities">PEM of the authorities to trust for the hub besides those of the system; null for none.</param>
/// <param name="Domain">What host names are made under that are not given; null for none.</param>
/// <param name="Installation">Random; makes such names this installation's own.</param>
internal sealed record StoredLogin(string Server, string Token, string? Authorities, string? Domain, string Installation);
