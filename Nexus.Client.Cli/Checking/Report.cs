namespace Nexus.Client.Cli.Checking;

/// <summary>Prints findings as they come, and counts what is wrong.</summary>
internal sealed class Report(TextWriter output)
{
    private const string Indent = "         ";

    public int Problems { get; private set; }

    public async Task AddAsync(Finding finding)
    {
        if (finding.Kind == FindingKind.Problem) Problems++;
        await output.WriteLineAsync($"{Word(finding.Kind),-Width}{finding.Text}");
        if (finding.Advice is { } advice) await output.WriteLineAsync($"{Indent}{advice}");
    }

    public Task HeadAsync(string text) => output.WriteLineAsync(text);

    public Task EndAsync() => output.WriteLineAsync(Problems switch
    {
        0 => "Everything is in order.",
        1 => "1 problem.",
        _ => $"{Problems} problems.",
    });

    private const int Width = 9; // of the longest word and a blank, as far as the advice is indented

    private static string Word(FindingKind kind) => kind switch { FindingKind.Ok => "ok", FindingKind.Note => "note", _ => "problem" };
}
