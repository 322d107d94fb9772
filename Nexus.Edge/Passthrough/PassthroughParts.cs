using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Edge.Peeking;
using Nexus.Edge.ProxyProtocol;
using Nexus.Edge.Routing;

namespace Nexus.Edge.Passthrough;

/// <summary>What every connection of the relay ports works with.</summary>
internal sealed class PassthroughParts(
    PeekSlots slots,
    PeekMetrics peekMetrics,
    LiveRoutes routes,
    TargetOpener opener,
    TrustedProxies proxies,
    IOptions<PeekOptions> peekOptions,
    IOptions<PassthroughOptions> options,
    TimeProvider time)
{
    public PeekSlots Slots => slots;

    public PeekMetrics PeekMetrics => peekMetrics;

    public PeekOptions PeekOptions => peekOptions.Value;

    public LiveRoutes Routes => routes;

    public TargetOpener Opener => opener;

    public TrustedProxies Proxies => proxies;

    public DuplexRelayOptions RelayOptions { get; } = options.Value.ToRelayOptions();

    public TimeProvider Time => time;
}
