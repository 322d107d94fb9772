using Microsoft.Extensions.Logging;
using Nexus.Client.Attestation;
using Nexus.Client.Configuration;
using Nexus.Client.LocalRouting;
using Nexus.Protocol.WebSockets;

namespace Nexus.Client.Sessions;

/// <summary>Makes the loops of one client's addresses, for the options of the moment.</summary>
internal sealed class LoopFactory(NexusClientServices services, ConnectHandlers handlers, ClientMetrics metrics, EventFeed events, Action changed)
{
    private readonly ILogger _logger = services.LoggerFactory.CreateLogger<NexusClient>();

    public StreamRouter CreateRouter(NexusBackendOptions options) =>
        new(PortMappingTable.Create(options.PortMappings), handlers, _logger, services.TimeProvider);

    /// <exception cref="NexusTokenException">The secret's file cannot be read, or is empty.</exception>
    public AddressRun Create(string text, string settings, NexusBackendOptions options, StreamRouter router)
    {
        if (!WebSocketAddress.TryParse(text, out var address, out var problem)) throw new ArgumentException(problem, nameof(text));
        var time = services.TimeProvider;
        var backend = BackendDefinition.From(options);
        // Each address has its own provider and so its own cached token: a rejection at one hub says nothing about the other.
        var provider = services.TokenProvider ?? TokenProviders.Create(options.Attestation, services.HmacSecret, _logger, time);
        var loop = new AddressLoop(
            address,
            backend,
            new HubDialer(address, options.Transport, time),
            router,
            new TokenSource(backend, provider, metrics, time),
            new SessionTelemetry(address.Uri, _logger, metrics, events),
            time,
            changed);
        return new(loop, settings, time);
    }
}
