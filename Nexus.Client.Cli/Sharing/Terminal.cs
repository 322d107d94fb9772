namespace Nexus.Client.Cli.Sharing;

/// <summary>Lines that stay, and one below them that changes, where there is somebody to see it change.</summary>
internal sealed class Terminal(TextWriter output, bool isInteractive)
{
    private const string EraseLine = "\r\u001b[K";

    private bool _hasLive;

    /// <summary>Whether a line can be written anew.</summary>
    public bool IsInteractive => isInteractive;

    public async Task WriteLineAsync(string text)
    {
        if (_hasLive) await output.WriteAsync(EraseLine);
        _hasLive = false;
        await output.WriteLineAsync(text);
        await output.FlushAsync();
    }

    /// <summary>The line below all others.</summary>
    public async Task WriteLiveAsync(string text)
    {
        if (!isInteractive)
        {
            await WriteLineAsync(text);
            return;
        }

        await output.WriteAsync($"{EraseLine}{text}");
        _hasLive = true;
        await output.FlushAsync();
    }
}
