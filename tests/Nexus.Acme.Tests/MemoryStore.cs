using System.Collections.Concurrent;
using Nexus.Acme.Issuing;

namespace Nexus.Acme.Tests;

/// <summary>A store that outlives the issuers of a test, and can fail at a step.</summary>
internal sealed class MemoryStore : IIssuingStore
{
    private readonly ConcurrentDictionary<string, string> _texts = new();

    /// <summary>Called before each read and write; may throw.</summary>
    public Action BeforeStep { get; set; } = () => { };

    /// <summary>Called after each write; may throw.</summary>
    public Action AfterWrite { get; set; } = () => { };

    public IReadOnlyDictionary<string, string> Texts => _texts;

    public Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        BeforeStep();
        return Task.FromResult(_texts.GetValueOrDefault(name));
    }

    public Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        BeforeStep();
        _texts[name] = text;
        AfterWrite();
        return Task.CompletedTask;
    }

    public void Replace(Func<string, bool> names, string text)
    {
        foreach (var name in _texts.Keys.Where(names)) _texts[name] = text;
    }
}
