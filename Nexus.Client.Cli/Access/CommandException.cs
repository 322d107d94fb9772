namespace Nexus.Client.Cli.Access;

/// <summary>A command cannot do what it was told; the message says why, in words for its user. Nothing was changed.</summary>
internal sealed class CommandException(string message) : Exception(message);
