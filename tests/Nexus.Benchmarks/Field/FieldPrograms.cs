using Nexus.Testing;

namespace Nexus.Benchmarks.Field;

/// <summary>Where the programs that are measured lie: FOLDER/PROJECT/CONFIGURATION/ASSEMBLY.dll.</summary>
/// <param name="folder">E.g. artifacts/bin, or artifacts/publish after <c>dotnet publish</c>.</param>
internal sealed class FieldPrograms(string? folder)
{
    // release or debug, as this program itself
    private static readonly string s_configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    public string Folder { get; } = Path.GetFullPath(folder ?? RepositoryRoot.PathOf("artifacts", "bin"));

    public string PathOf(string project, string? assembly = null)
    {
        var path = Path.Combine(Folder, project, s_configuration, (assembly ?? project) + ".dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there: build it first (scripts/bench.sh does).", path);
    }
}
