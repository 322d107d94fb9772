using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Edge.HandOver;
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
    HandOvers handOvers,
    TrustedProxies proxies,
    IOptionsMonitor<PeekOptions> peekOptions,
    IOptionsMonitor<PassthroughOptions> options,
    TimeProvider time)
{
    public PeekSlots Slots => slots;

    public PeekMetrics PeekMetrics => peekMetrics;

    /// <summary>Those of now: they change with the configuration.</summary>
    public PeekOptions PeekOptions => peekOptions.CurrentValue;

    public LiveRoutes Routes => routes;

    public TargetOpener Opener => opener;

    public HandOvers HandOvers => handOvers;

    public TrustedProxies Proxies => proxies;

    /// <summary>For a connection that begins now.</summary>
    public DuplexRelayOptions RelayOptions => options.CurrentValue.ToRelayOptions();

    public TimeProvider Time => time;
}
