namespace Aspire.Hosting.Orchestration;

/// <summary>What the AppHost shows: whole lines, those of a resource with its name in front.</summary>
internal sealed class ResourceConsole(TextWriter writer)
{
    private readonly Lock _lock = new();

    public ResourceConsole()
        : this(Console.Out)
    {
    }

    public void WriteResourceLine(string resource, string line) => WriteLine($"[{resource}] {line}");

    public void WriteLine(string line)
    {
        lock (_lock)
            writer.WriteLine(line);
    }
}
