namespace Aspire.Hosting.Orchestration;

/// <summary>The program that a resource is, before its own arguments and variables.</summary>
internal sealed record ResourceProgram(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory);
