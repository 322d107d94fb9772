namespace Nexus.Acme.Issuing;

/// <summary>
/// Keeps what the issuer must not lose when the process is killed: a few small texts, each by its name. They hold private keys: keep
/// them owner-only, and encrypted where others can read them. One issuer at a time may write; its exceptions end the attempt.
/// </summary>
public interface IIssuingStore
{
    /// <summary>The text as it was last written; null when it never was.</summary>
    /// <param name="name">Letters a to z, digits and hyphens, at most 80.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<string?> ReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Replaces a text, wholly or not at all; when it returns, the text outlives the process.</summary>
    /// <param name="name">As for <see cref="ReadAsync"/>.</param>
    /// <param name="text">At most some 100 KiB. A secret.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task WriteAsync(string name, string text, CancellationToken cancellationToken);
}
