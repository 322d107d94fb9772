using Nexus.Testing;

namespace Nexus.Benchmarks.Field;

/// <summary>
/// Where the programs that are measured lie: as scripts/publish.sh releases them (artifacts/release), or as a build leaves them
/// (artifacts/bin, FOLDER/PROJECT/CONFIGURATION/ASSEMBLY.dll).
/// </summary>
/// <param name="folder">Null for artifacts/bin.</param>
internal sealed class FieldPrograms(string? folder)
{
    // release or debug, as this program itself
    private static readonly string s_configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    public string Folder { get; } = Path.GetFullPath(folder ?? RepositoryRoot.PathOf("artifacts", "bin"));

    /// <summary>The assembly of a service, or of this program.</summary>
    public string PathOf(string project)
    {
        var released = Path.Combine(Folder, project[(project.LastIndexOf('.') + 1)..].ToLowerInvariant(), project + ".dll");
        return File.Exists(released) ? released : Built(project, project);
    }

    /// <summary>Starts the client: the released one needs no runtime.</summary>
    public RealProcess StartClient(IEnumerable<string> arguments)
    {
        var released = Path.Combine(Folder, "client", "nexus");
        return File.Exists(released) ? RealProcess.Start(released, arguments) : RealProcess.StartDotnet(Built("Nexus.Client.Cli", "nexus"), arguments);
    }

    private string Built(string project, string assembly)
    {
        var path = Path.Combine(Folder, project, s_configuration, assembly + ".dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there: build it first (scripts/bench.sh does).", path);
    }
}
