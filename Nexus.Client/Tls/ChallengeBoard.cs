using Nexus.Acme.Challenges;

namespace Nexus.Client.Tls;

/// <summary>
/// The proofs that are under way in this process, whichever client ordered them: the authority's question may come through any session.
/// Holds only what the process itself has ordered.
/// </summary>
internal sealed class ChallengeBoard
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];

    public static ChallengeBoard OfProcess { get; } = new();

    public void Publish(ChallengeAnswer answer)
    {
        var certificate = answer.Kind == ChallengeKind.TlsAlpn01 ? ServerCertificate.ForProof(answer.CreateCertificate()) : null;
        lock (_lock)
        {
            _entries.RemoveAll(entry => entry.Answer == answer);
            _entries.Add(new(answer, certificate));
        }
    }

    public void Withdraw(ChallengeAnswer answer)
    {
        lock (_lock) _entries.RemoveAll(entry => entry.Answer == answer);
    }

    /// <summary>What is shown to an authority that asks by TLS; the latest, should there be several.</summary>
    public ServerCertificate? FindTls(string hostname)
    {
        lock (_lock) return _entries.FindLast(entry => entry.Certificate is not null && entry.Answer.ServerName == hostname)?.Certificate;
    }

    /// <summary>Whether an authority may ask for the name by HTTP.</summary>
    public bool AwaitsHttp(string hostname)
    {
        lock (_lock) return _entries.Exists(entry => IsHttp(entry, hostname));
    }

    /// <summary>What is answered to an authority that asks by HTTP for a token.</summary>
    public string? FindHttp(string hostname, ReadOnlySpan<char> token)
    {
        lock (_lock)
        {
            foreach (var entry in _entries)
            {
                if (IsHttp(entry, hostname) && token.SequenceEqual(entry.Answer.Token)) return entry.Answer.KeyAuthorization;
            }
        }

        return null;
    }

    private static bool IsHttp(Entry entry, string hostname) => entry.Answer.Kind == ChallengeKind.Http01 && entry.Answer.Identifier.Value == hostname;

    private sealed record Entry(ChallengeAnswer Answer, ServerCertificate? Certificate);
}
