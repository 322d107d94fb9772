using System.Net.WebSockets;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.Hub;
using Nexus.Hub.Authentication;
using Nexus.Hub.Bandwidth;
using Nexus.Hub.Certificates;
using Nexus.Hub.HandOver;
using Nexus.Hub.Outbound;
using Nexus.Hub.Sessions;
using Nexus.Hub.Streams;
using Nexus.Identities;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.ServiceDefaults;
using Nexus.Testing;

namespace Nexus.Benchmarks.Retained;

/// <summary>
/// A hub's share of users who were handed over: everything of a hub from the hand-over's socket to a backend's session. Only how the
/// session came about (Kestrel, TLS, tokens) is left out, which costs a stream nothing.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class HubShare
{
    private const string Name = "app.test";

    public static async Task<double> MeasureAsync()
    {
        using var users = new HeldConnections();
        using var folder = new TemporaryFolder();
        await using var hub = Build();
        var path = folder.PathOf("hub.sock");
        await using var listener = HandOverListener.Bind(path, TimeProvider.System);
        var listening = listener.RunAsync("hub", hub.Services.GetRequiredService<HandedOverUsers>().ServeAsync);
        await using var edge = new HandOverCarrier(new(), TimeProvider.System);
        edge.Leave(); // it keeps nothing of what it hands over
        using var line = await SocketPair.ConnectAsync();
        await using var backend = new ForgetfulPeer(WebSocket.CreateFromStream(new System.Net.Sockets.NetworkStream(line.Near), new WebSocketCreationOptions()), answers: true);
        backend.Start();
        await using var session = new HubEnd(hub.Services, new SocketStream(new SocketChannel(line.Far)), Name);

        var open = new OpenStream { ClientAddress = "192.0.2.1:50000", LocalPort = 443, Host = Name, IsTls = true };
        return await IdleUsers.MeasureAsync(async () =>
        {
            using var user = await SocketPair.ConnectAsync();
            var result = await edge.TryOpenAsync(path, "hub", new(open, new byte[] { 1 }, new byte[] { 2 }), user.Far, CancellationToken.None);
            if (!result.IsAccepted) throw new InvalidOperationException($"Refused: {result.Refusal} {result.Detail}");
            HeldConnections.Hear(user.Near, 1); // its first byte came back
            user.Near.Send("and a few more"u8);
            HeldConnections.Hear(user.Near, "and a few more"u8.Length);
            users.Hold(user.Near);
        });
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder(
            ["--Nexus:Hub:Authentication:Secret=a secret of the benchmark", "--services:certs:grpc:0=http://127.0.0.1:1", "--services:mesh:grpc:0=http://127.0.0.1:1"]);
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddIdentity(new IdentityTerms(ServiceRole.Hub));
        builder.AddCertificates();
        builder.AddBackends();
        builder.AddStreams();
        builder.AddHandOver();
        return builder.Build(); // never started: what listens to others plays no part
    }

    /// <summary>The hub's end of a session whose handshake is over.</summary>
    private sealed class HubEnd : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly WebSocketMessageReader _messages;
        private readonly SessionReader _reader;
        private readonly BackendSession _session;
        private readonly Task _running;

        public HubEnd(IServiceProvider hub, Stream transport, string name)
        {
            _messages = new(transport, WebSocketRole.Server, DataFrame.MaxMessageSize);
            var writer = new SessionWriter(transport, new() { Role = WebSocketRole.Server }, TimeProvider.System);
            _reader = new(_messages, writer, TimeProvider.System);
            var identity = new BackendIdentity(Claim(hub, name));
            _session = new(
                identity, writer, _reader, hub.GetRequiredService<ReauthenticationFactory>().Create(identity, new SessionTerms()),
                hub.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<SessionsOptions>>(), hub.GetRequiredService<OutboundDialing>(),
                hub.GetRequiredService<StreamRunner>(), hub.GetRequiredService<HubBandwidth>().OpenBackend(), hub.GetRequiredService<DatagramMetrics>(), TimeProvider.System);
            hub.GetRequiredService<SessionRegistry>().Add(_session);
            _running = _session.RunAsync(writer.RunAsync(_stop.Token));
        }

        public async ValueTask DisposeAsync()
        {
            _session.Decide(SessionEnd.Drained);
            await _stop.CancelAsync();
            await _running;
            await _session.DisposeAsync();
            await _reader.DisposeAsync();
            _messages.Dispose();
            _stop.Dispose();
        }

        private static ClaimSet Claim(IServiceProvider hub, string name) =>
            ClaimSet.TryCreate(new() { Hostnames = [name] }, hub.GetRequiredService<CurrentAuthentication>().Value.Policy, out var claims, out var refusal)
                ? claims
                : throw new InvalidOperationException($"Refused: {refusal}");
    }
}
