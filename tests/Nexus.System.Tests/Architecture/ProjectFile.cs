using System.Xml.Linq;

namespace Nexus.SystemTests.Architecture;

/// <summary>What one project file names.</summary>
internal sealed record ProjectFile(string Path, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages, IReadOnlyList<string> Frameworks)
{
    public static IReadOnlyList<ProjectFile> All { get; } = [.. RepositoryFiles.WithExtension(".csproj").Select(Read)];

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    public bool IsStandIn => Path.StartsWith("standins/", StringComparison.Ordinal);

    public static ProjectFile Find(string name) => All.Single(project => project.Name == name);

    private static ProjectFile Read(string path)
    {
        var file = XDocument.Load(RepositoryFiles.FullPath(path));
        return new(
            path,
            [.. Named(file, "ProjectReference").Select(reference => System.IO.Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')))],
            [.. Named(file, "PackageReference")],
            [.. Named(file, "FrameworkReference")]);
    }

    private static IEnumerable<string> Named(XDocument file, string element) =>
        file.Descendants(element).Select(found => found.Attribute("Include")?.Value).OfType<string>();
}
