namespace Nexus.Yaml;

/// <summary>One thing wrong with a file, or worth a warning.</summary>
/// <param name="Path">The key, e.g. <c>peekTimeouts.firstByteSeconds</c> or <c>backends[1].name</c>; empty for the whole file.</param>
/// <param name="Message">What is wrong, as a sentence without the path. Never holds a value, which may be a secret.</param>
/// <param name="Position">Where it stands; null when it stands nowhere.</param>
internal sealed record SourceProblem(string Path, string Message, SourcePosition? Position = null)
{
    /// <summary>One line as compilers write theirs, so that editors find the place.</summary>
    public string Format(string file)
    {
        var text = Path.Length == 0 ? Message : $"{Path}: {Message}";
        return Position is { } at ? $"{file}:{at.Line}:{at.Column}: {text}" : $"{file}: {text}";
    }
}
