using System.Text.Json;
using Grpc.Net.Client;
using Nexus.Contracts.Topology.V1;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>What a mesh shows of two regions, as JSON and by gRPC.</summary>
public sealed class TopologyTests(PeerSystem system) : IClassFixture<PeerSystem>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Json_OfTheUsersMesh_ShowsTheLink_AndWhatTheOtherRegionServes()
    {
        var snapshot = await ReadAsync(system.NearMesh, "?keys=100");
        var link = Assert.Single(snapshot.GetProperty("links").EnumerateArray());
        Assert.Equal(("far", true, true), (link.GetProperty("region").GetString(), link.GetProperty("is_outgoing").GetBoolean(), link.GetProperty("takes_users").GetBoolean()));
        Assert.InRange(link.GetProperty("round_trip_milliseconds").GetInt32(), 1, 10_000);

        var target = Assert.Single(snapshot.GetProperty("targets").EnumerateArray());
        Assert.Equal(("far", "peer"), (target.GetProperty("region").GetString(), target.GetProperty("announced_by").GetString()));
        Assert.Contains("app.test", target.GetProperty("served").EnumerateArray().Select(key => key.GetString()));
        Assert.Equal(["far", "near"], snapshot.GetProperty("regions").EnumerateArray().Select(region => region.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Json_OfTheHubsMesh_ShowsTheHub_AndHowMuchItHasToDo()
    {
        await Eventually.SucceedsAsync(
            async () =>
            {
                var hub = Assert.Single((await ReadAsync(system.Mesh, "")).GetProperty("targets").EnumerateArray());
                return hub.GetProperty("announced_by").GetString() == "hub" && hub.GetProperty("sessions").GetInt32() == 1; // with its next heartbeat
            },
            () => system.Mesh.Process.Output);
    }

    [Fact]
    public async Task Json_OfTheEdge_ShowsWhereItsUsersGo()
    {
        using var user = new HttpClient();
        var page = JsonDocument.Parse(await user.GetStringAsync(new Uri($"{system.Edge.HttpAddress}/routes?keys=100"), Cancellation)).RootElement;
        var target = Assert.Single(page.GetProperty("targets").EnumerateArray());
        Assert.Equal(system.NearMesh?.GrpcAddress, target.GetProperty("stream_address").GetString());
        Assert.Contains("app.test", target.GetProperty("served").EnumerateArray().Select(route => route.GetProperty("key").GetString()));
    }

    [Fact]
    public async Task Json_AskedForNonsense_SaysWhatIsWrong()
    {
        using var user = new HttpClient();
        using var answer = await user.GetAsync(new Uri($"{system.Mesh.HttpAddress}/topology?keys=many"), Cancellation);
        Assert.Equal((400, "keys must be a number: how many of each target are to be shown.\n"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation)));
    }

    [Fact]
    public async Task Grpc_SaysTheSame()
    {
        using var channel = GrpcChannel.ForAddress(system.Mesh.GrpcAddress);
        var snapshot = await new Topology.TopologyClient(channel).GetAsync(new() { WithKeys = true, MaxKeys = 1 }, cancellationToken: Cancellation);

        Assert.Equal("far", snapshot.Region);
        Assert.Single(Assert.Single(snapshot.Targets).Served);
        Assert.False(Assert.Single(snapshot.Links).IsOutgoing);
    }

    private static async Task<JsonElement> ReadAsync(ServiceProcess? mesh, string query)
    {
        Assert.NotNull(mesh);
        using var user = new HttpClient();
        return JsonDocument.Parse(await user.GetStringAsync(new Uri($"{mesh.HttpAddress}/topology{query}"), Cancellation)).RootElement;
    }
}
