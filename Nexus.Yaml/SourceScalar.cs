namespace Nexus.Yaml;

/// <summary>A scalar.</summary>
/// <param name="Text">Its text, without quotes.</param>
/// <param name="IsPlain">Whether it stands without quotes, so that it may be a number, a bool or null.</param>
/// <param name="Position">Where it stands.</param>
internal sealed record SourceScalar(string Text, bool IsPlain, SourcePosition Position) : SourceNode(Position)
{
    public bool IsNull => IsPlain && (Text is "" or "~" or "null" or "Null" or "NULL");
}
