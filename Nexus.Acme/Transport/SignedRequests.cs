using Nexus.Acme.Problems;
using Nexus.Acme.Signing;

namespace Nexus.Acme.Transport;

/// <summary>Sends signed requests (RFC 8555 §6.2), each with a fresh nonce, again after <c>badNonce</c> but not for ever (§6.5).</summary>
internal sealed class SignedRequests(AuthorityConnection connection, Func<CancellationToken, Task<Uri>> newNonce, int maxRetries)
{
    private readonly NoncePool _nonces = new();

    /// <summary>POST with a payload, or POST-as-GET (§6.3) when it is null.</summary>
    /// <exception cref="AcmeException">A refusal, or no proper answer.</exception>
    public async Task<AuthorityAnswer> PostAsync(Uri url, byte[]? payload, Signer signer, AnswerKind kind, CancellationToken cancellationToken)
    {
        for (var retries = 0; ; retries++)
        {
            var nonce = _nonces.TryTake() ?? await FetchAsync(cancellationToken).ConfigureAwait(false);
            var jws = FlattenedJws.Sign(signer, nonce, url, payload ?? []);
            var answer = await connection.SendAsync(HttpMethod.Post, url, jws, kind, cancellationToken).ConfigureAwait(false);
            if (answer.Problem?.Kind != AcmeErrorKind.BadNonce || retries == maxRetries)
            {
                _nonces.Add(answer.Nonce);
                return answer.Expect(kind);
            }

            // Those that are kept are likely as old; the one that came with the refusal is fresh.
            _nonces.Clear();
            _nonces.Add(answer.Nonce);
        }
    }

    private async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        var url = await newNonce(cancellationToken).ConfigureAwait(false);
        var answer = await connection.SendAsync(HttpMethod.Head, url, null, AnswerKind.Nothing, cancellationToken).ConfigureAwait(false);
        answer.Expect(AnswerKind.Nothing);
        // Through the pool, which checks it.
        return _nonces.Add(answer.Nonce) && _nonces.TryTake() is { } nonce ? nonce : throw new AcmeException(AcmeErrorKind.BadAnswer, "No nonce where one is asked for");
    }
}
