namespace Nexus.Testing;

/// <summary>A PATH on which the given programs are and nothing else; for what happens where others are not installed.</summary>
public sealed class NarrowPath : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="programs">Which are installed.</param>
    public NarrowPath(params IEnumerable<string> programs)
    {
        foreach (var program in programs)
            File.CreateSymbolicLink(_folder.PathOf(program), DebianProgram.Find(program) ?? throw new InvalidOperationException($"There is no {program}."));
    }

    /// <summary>The variable's value.</summary>
    public string Value => _folder.Path;

    public void Dispose() => _folder.Dispose();
}
