namespace Nexus.Client.Cli.Checking;

/// <summary>One thing that a check has found.</summary>
/// <param name="Kind">Whether it is good.</param>
/// <param name="Text">What, in a sentence.</param>
/// <param name="Advice">What to do about it; null when there is nothing to do.</param>
internal sealed record Finding(FindingKind Kind, string Text, string? Advice = null)
{
    public static Finding Ok(string text) => new(FindingKind.Ok, text);

    public static Finding Note(string text, string? advice = null) => new(FindingKind.Note, text, advice);

    public static Finding Problem(string text, string advice) => new(FindingKind.Problem, text, advice);
}
