namespace Nexus.Certs.Storage;

/// <summary>
/// Small secret texts by name that outlive the process: in a folder of this host, or sealed in a Redis that several Certs share. All of it fails with
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal interface ISecretTexts
{
    /// <summary>Where it is, for people.</summary>
    string Describe(string name);

    /// <summary>Null when there is none.</summary>
    Task<string?> TryReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>False when there is one already, which stays as it is.</summary>
    /// <param name="name">Of a new text.</param>
    /// <param name="text">What it is.</param>
    /// <param name="lifetime">After which it may go by itself; null: never.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<bool> TryCreateAsync(string name, string text, TimeSpan? lifetime, CancellationToken cancellationToken);

    /// <summary>Reads and removes it: of several who try, one gets it. Null for the others, and when there is none.</summary>
    Task<string?> TryTakeAsync(string name, CancellationToken cancellationToken);

    /// <summary>Those that begin so and would stay for ever.</summary>
    IReadOnlyList<string> FindLasting(string prefix);
}
