namespace Aspire.Hosting.Orchestration;

/// <summary>How a child ended; a signal shows as 128 + its number.</summary>
internal sealed record ChildExit(int ExitCode, IReadOnlyList<string> LastLines);
