using Microsoft.Extensions.Logging;
using Nexus.Client.Attestation;
using Nexus.Client.Configuration;
using Nexus.Client.LocalRouting;
using Nexus.Client.Tls;
using Nexus.Protocol.WebSockets;

namespace Nexus.Client.Sessions;

/// <summary>Makes the loops of one client's addresses, for the options of the moment.</summary>
internal sealed class LoopFactory(NexusClientServices services, ConnectHandlers handlers, TargetCertificates certificates, ClientMetrics metrics, EventFeed events, Action changed)
{
    private readonly ILogger _logger = services.LoggerFactory.CreateLogger<NexusClient>();

    private readonly TlsTermination _tls = new(ChallengeBoard.OfProcess, services.LoggerFactory.CreateLogger<NexusClient>(), services.TimeProvider);

    public StreamRouter CreateRouter(NexusBackendOptions options) =>
        new(certificates.CreateTable(options.PortMappings), handlers, _tls, _logger, services.TimeProvider);

    /// <exception cref="NexusTokenException">The secret's file cannot be read, or is empty.</exception>
    public AddressRun Create(string text, string settings, NexusBackendOptions options, StreamRouter router)
    {
        var (address, time) = (Read(text), services.TimeProvider);
        var loop = new AddressLoop(
            address,
            BackendDefinition.From(options),
            new HubDialer(address, options.Transport, time),
            router,
            CreateTokens(options),
            new SessionTelemetry(address.Uri, _logger, metrics, events),
            time,
            changed);
        return new(loop, settings, time);
    }

    /// <exception cref="NexusTokenException">The secret's file cannot be read, or is empty.</exception>
    public HubProbe CreateProbe(string text, NexusBackendOptions options)
    {
        var (address, time) = (Read(text), services.TimeProvider);
        return new(address.Uri, new HubDialer(address, options.Transport, time), CreateTokens(options), time);
    }

    private static WebSocketAddress Read(string text) =>
        WebSocketAddress.TryParse(text, out var address, out var problem) ? address : throw new ArgumentException(problem, nameof(text));

    // Each address has its own provider and so its own cached token: a rejection at one hub says nothing about the other.
    private TokenSource CreateTokens(NexusBackendOptions options)
    {
        var provider = services.TokenProvider ?? TokenProviders.Create(options.Attestation, services.HmacSecret, _logger, services.TimeProvider);
        return new(BackendDefinition.From(options), provider, metrics, services.TimeProvider);
    }
}
