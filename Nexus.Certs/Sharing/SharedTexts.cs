using Nexus.Certs.Storage;

namespace Nexus.Certs.Sharing;

/// <summary>The texts of several Certs.</summary>
internal sealed class SharedTexts(SharedEntries entries) : ISecretTexts
{
    public string Describe(string name) => entries.Describe(name);

    public Task<string?> TryReadAsync(string name, CancellationToken cancellationToken) => entries.TryReadAsync(name, cancellationToken);

    public Task<bool> TryCreateAsync(string name, string text, TimeSpan? lifetime, CancellationToken cancellationToken) =>
        entries.TryCreateAsync(name, text, lifetime, cancellationToken);

    public Task<string?> TryTakeAsync(string name, CancellationToken cancellationToken) => entries.TryTakeAsync(name, cancellationToken);

    /// <summary>Those with an end go by themselves.</summary>
    public IReadOnlyList<string> FindLasting(string prefix) => [];
}
