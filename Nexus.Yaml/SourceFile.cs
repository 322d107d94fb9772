using System.Diagnostics.CodeAnalysis;
using YamlDotNet.Core;

namespace Nexus.Yaml;

/// <summary>From a path to a tree of nodes; what is wrong on the way is a value, never an exception.</summary>
internal static class SourceFile
{
    /// <summary>A thousand backends are a few hundred kilobytes.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>The text of the file; false when it cannot be read or is larger than <see cref="MaxBytes"/>.</summary>
    public static bool TryRead(string path, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out SourceProblem? problem)
    {
        (text, problem) = (null, null);
        try
        {
            // Not by its length: pipes and devices have none.
            using var file = File.OpenRead(path);
            using var bytes = new MemoryStream();
            Span<byte> buffer = stackalloc byte[4096];
            while (bytes.Length <= MaxBytes && file.Read(buffer) is > 0 and var count) bytes.Write(buffer[..count]);
            bytes.Position = 0;
            if (bytes.Length <= MaxBytes) text = new StreamReader(bytes).ReadToEnd();
            else problem = new("", $"is larger than {MaxBytes} bytes.");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            problem = new("", $"cannot be read: {ex.Message}");
        }

        return text is not null;
    }

    /// <summary>The first document of the text; false when it is not YAML, or holds no document.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SourceNode? root, [NotNullWhen(false)] out SourceProblem? problem)
    {
        (root, problem) = (null, null);
        try
        {
            root = SourceReader.Read(text);
            if (root is null) problem = new("", "is empty.");
        }
        catch (YamlException ex)
        {
            problem = new("", ex.Message, new(ex.Start.Line, ex.Start.Column));
        }

        return root is not null;
    }
}
