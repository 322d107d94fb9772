using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Benchmarks.Field.Load;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.Edge;
using Nexus.Edge.HandOver;
using Nexus.Edge.Listening;
using Nexus.Edge.Routing;
using Nexus.Identities;
using Nexus.Protocol.Naming;
using Nexus.ServiceDefaults;
using Nexus.Testing;

namespace Nexus.Benchmarks.Retained;

/// <summary>An edge's share of users whom it has handed over: everything of an edge that they pass, from the relay port on.</summary>
[SupportedOSPlatform("linux")]
internal static class EdgeShare
{
    private const string Name = "app.test";
    private const int HelloSize = 300;

    public static async Task<double> MeasureAsync()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("hub.sock");
        await using var hub = HandOverListener.Bind(path, TimeProvider.System);
        var listening = hub.RunAsync("hub", TakeAsync);
        var edge = Build();
        await using var owned = (IAsyncDisposable)edge;
        var routes = RouteTable.Empty.ToBuilder();
        routes.SetTarget(new Target("hub", "http://127.0.0.1:1", path));
        routes.SetRoute("hub", RouteKey.ForHost(Name), 1);
        edge.Services.GetRequiredService<LiveRoutes>().Replace(routes.Build());
        var relay = edge.Services.GetRequiredService<RelayListener>();
        await relay.StartAsync(CancellationToken.None);

        var address = new IPEndPoint(IPAddress.Loopback, relay.EndPoints[0].Port);
        var hello = CannedHello.For(Name, HelloSize);
        using var users = new HeldConnections();
        var perUser = await IdleUsers.MeasureAsync(() =>
        {
            using var user = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            user.Connect(address);
            user.Send(hello);
            HeldConnections.Hear(user, Answer.Length);
            users.Hold(user);
            return Task.CompletedTask;
        });
        await edge.Services.GetRequiredService<HandOvers>().StopAsync(CancellationToken.None); // leaves them to their hub
        await relay.StopAsync(CancellationToken.None);
        return perUser;
    }

    private static ReadOnlySpan<byte> Answer => "yes"u8;

    /// <summary>A hub that answers, and then does not even hold the socket: the edge's own descriptor keeps the connection.</summary>
    private static async Task TakeAsync(HandOverArrival arrival)
    {
        await arrival.AcceptAsync();
        arrival.User.Blocking = false; // as it is
        arrival.User.Send(Answer);
        arrival.MarkOrderly();
        arrival.LetGo();
    }

    private static IHost Build()
    {
        var builder = Host.CreateApplicationBuilder(
            ["--services:mesh:grpc:0=http://127.0.0.1:1", "--Nexus:Edge:Listening:RelayPorts:0=0", "--Nexus:Edge:Listening:BindAddress=127.0.0.1",
             "--Nexus:Edge:Listening:MaxConnectionsPerClient=100000"]);
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddIdentity(new IdentityTerms(ServiceRole.Edge));
        builder.AddEdge();
        return builder.Build(); // of it only the relay port is started
    }
}
