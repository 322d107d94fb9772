namespace Aspire.Hosting.Orchestration;

internal static class SearchPath
{
    /// <summary>The program's path, or null where PATH leads to none.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
