using System.Net;

namespace Nexus.Hub.Authentication;

/// <summary>Asks whether the authorizer of a session is up (spec/node.md §1.11). The address comes out of a token: see <see cref="AuthorizerHttp"/>.</summary>
internal sealed class AuthorizerStatus(AuthorizerHttp http, AuthenticationMetrics metrics, TimeProvider time) : IDisposable
{
    private const int MaxRedirects = 3;
    private const int MaxAtOnce = 64;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _places = new(MaxAtOnce);

    public async Task<AuthorizerHealth> CheckAsync(Uri address, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_limit, time);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var health = AuthorizerHealth.TimedOut;
        try
        {
            await _places.WaitAsync(link.Token);
            try
            {
                health = await GetAsync(address, link.Token);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            health = e is AddressRefusedException || e.InnerException is AddressRefusedException ? AuthorizerHealth.Refused : AuthorizerHealth.Unreachable;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // It stays "timed out".
        }

        metrics.StatusChecked(health);
        return health;
    }

    public void Dispose() => _places.Dispose();

    private async Task<AuthorizerHealth> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = await http.Status.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK) return AuthorizerHealth.Healthy;
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) return AuthorizerHealth.OtherStatus;
            if (!Uri.TryCreate(address, location, out var next) || next.Scheme != Uri.UriSchemeHttps) return AuthorizerHealth.Refused;
            address = next;
        }

        return AuthorizerHealth.Refused;
    }
}
