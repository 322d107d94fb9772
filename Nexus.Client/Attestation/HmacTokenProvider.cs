using Nexus.Protocol.Backend;

namespace Nexus.Client.Attestation;

/// <summary>Signs tokens here, with a secret shared with the hub (HS256).</summary>
internal sealed class HmacTokenProvider(NexusAttestationOptions options, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> secret, TimeProvider time) : INexusTokenProvider
{
    private const int DefaultLifetimeSeconds = 30;
    private readonly TimeSpan _lifetime = TimeSpan.FromSeconds(options.TokenTtlSeconds > 0 ? options.TokenTtlSeconds : DefaultLifetimeSeconds);
    private readonly int? _handshakeMaxAge = Positive(options.HandshakeMaxAgeSeconds);
    private readonly int? _reauthInterval = Positive(options.ReauthIntervalSeconds);
    private readonly int? _reauthGrace = Positive(options.ReauthGraceSeconds);
    private readonly int? _maintenanceGraceCap = Positive(options.MaintenanceGraceCapSeconds);
    private readonly string? _statusUri = NotBlank(options.AuthorizerStatusUri);
    private readonly string? _policyVersion = NotBlank(options.PolicyVersion);

    public async ValueTask<NexusToken> GetTokenAsync(NexusTokenRequest request, CancellationToken cancellationToken)
    {
        var issued = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var isHandshake = request.Stage == NexusTokenStage.Handshake;
        var claims = new BackendClaims
        {
            Hostnames = request.Hostnames,
            TcpPorts = request.TcpPorts,
            UdpRoutes = [.. request.UdpRoutes.Select(route => new UdpRouteClaim(route.Port, route.FlowIdleTimeoutSeconds))],
            Weight = request.Weight,
            SessionNonce = isHandshake ? null : request.SessionNonce,
            HandshakeMaxAgeSeconds = isHandshake ? _handshakeMaxAge : null,
            ReauthIntervalSeconds = _reauthInterval,
            ReauthGraceSeconds = _reauthGrace,
            MaintenanceGraceCapSeconds = _maintenanceGraceCap,
            AuthorizerStatusUri = _statusUri,
            PolicyVersion = _policyVersion,
            OutboundAllowed = request.OutboundAllowed,
            AllowedOutboundPorts = request.OutboundAllowed ? request.AllowedOutboundPorts : [],
            Issuer = BackendTokenRules.Issuer,
            Subject = request.BackendName,
            Audience = [BackendTokenRules.Audience],
            IssuedAt = issued,
            ExpiresAt = issued + _lifetime,
        };
        var key = await secret(cancellationToken).ConfigureAwait(false);
        return key.IsEmpty ? throw new NexusTokenException("The secret is empty.") : new(BackendToken.Sign(claims, key.Span), issued + _lifetime);
    }

    private static int? Positive(int seconds) => seconds > 0 ? seconds : null;

    private static string? NotBlank(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
