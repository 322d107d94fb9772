namespace Nexus.Testing;

/// <summary>A line that a program printed.</summary>
public sealed record ProcessLine(string Text, bool IsError);
