using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Aspire.Tests;

/// <summary>What a project's process really finds in its environment and arguments.</summary>
public sealed class EnvironmentTests
{
    [Fact]
    public async Task Project_WithEndpoints_ListensOnFreePortsAndKnowsItself()
    {
        EndpointReference? endpoint = null;
        await using var application = await RunningApplication.StartAsync(builder =>
            endpoint = builder.AddProject<Projects.StandIns_Aspire_TestApp>("shop").WithHttpEndpoint().GetEndpoint("http"));
        Assert.NotNull(endpoint);

        var variables = await RunningApplication.GetVariablesAsync(endpoint);

        Assert.Equal($"http://127.0.0.1:{endpoint.Port}", variables["ASPNETCORE_URLS"]);
        Assert.Equal("shop", variables["OTEL_SERVICE_NAME"]);
        Assert.Matches("^service\\.instance\\.id=[0-9a-f]{32}$", variables["OTEL_RESOURCE_ATTRIBUTES"]);
    }

    [Fact]
    public async Task Project_WithReferences_FindsItsNeighbours()
    {
        EndpointReference? front = null;
        IResourceBuilder<ProjectResource>? back = null;
        await using var application = await RunningApplication.StartAsync(
            builder =>
            {
                back = builder.AddProject<Projects.StandIns_Aspire_TestApp>("back").WithHttpEndpoint().WithHttpEndpoint(name: "grpc").WithReplicas(2);
                front = builder.AddProject<Projects.StandIns_Aspire_TestApp>("front")
                    .WithHttpEndpoint()
                    .WithReference(back)
                    .WithReference(builder.AddConnectionString("redis"))
                    .GetEndpoint("http");
            },
            "--ConnectionStrings:redis=localhost:1234");
        Assert.NotNull(front);
        Assert.NotNull(back);

        var variables = await RunningApplication.GetVariablesAsync(front);

        Assert.Equal(back.GetEndpoint("http").UrlOf(0), variables["services__back__http__0"]);
        Assert.Equal(back.GetEndpoint("http").UrlOf(1), variables["services__back__http__1"]);
        Assert.Equal(back.GetEndpoint("grpc").UrlOf(1), variables["services__back__grpc__1"]);
        Assert.Equal("localhost:1234", variables["ConnectionStrings__redis"]);
    }

    [Fact]
    public async Task Project_WithVariablesAndArguments_GetsTheirValues()
    {
        EndpointReference? endpoint = null;
        await using var application = await RunningApplication.StartAsync(
            builder =>
            {
                var project = builder.AddProject<Projects.StandIns_Aspire_TestApp>("shop");
                endpoint = project.WithHttpEndpoint(env: "OWN_PORT").GetEndpoint("http");
                project.WithEnvironment("PLAIN", "value")
                    .WithEnvironment("Logging__LogLevel__Some.Category", "Debug")
                    .WithEnvironment("SECRET", builder.AddParameter("secret", "s3cret", secret: true))
                    .WithEnvironment("CONFIGURED", builder.AddParameter("configured"))
                    .WithEnvironment("COMPOSED", $"tcp://{endpoint.Property(EndpointProperty.HostAndPort)}/x")
                    .WithArgs("--word", "two words", endpoint);
            },
            "--Parameters:configured=from outside");
        Assert.NotNull(endpoint);

        var variables = await RunningApplication.GetVariablesAsync(endpoint);

        Assert.Equal("value", variables["PLAIN"]);
        Assert.Equal("Debug", variables["Logging__LogLevel__Some.Category"]);
        Assert.Equal("s3cret", variables["SECRET"]);
        Assert.Equal("from outside", variables["CONFIGURED"]);
        Assert.Equal($"tcp://127.0.0.1:{endpoint.Port}/x", variables["COMPOSED"]);
        Assert.Equal($"{endpoint.Port}", variables["OWN_PORT"]);
        Assert.Equal(["--word", "two words", endpoint.Url], await RunningApplication.GetArgumentsAsync(endpoint));
    }

    [Fact]
    public async Task Project_WithReplicas_RunsEachOnItsOwnPort()
    {
        EndpointReference? endpoint = null;
        await using var application = await RunningApplication.StartAsync(builder =>
            endpoint = builder.AddProject<Projects.StandIns_Aspire_TestApp>("shop").WithReplicas(2).WithHttpEndpoint().GetEndpoint("http"));
        Assert.NotNull(endpoint);

        var first = await RunningApplication.GetVariablesAsync(endpoint, replica: 0);
        var second = await RunningApplication.GetVariablesAsync(endpoint, replica: 1);

        Assert.Equal(endpoint.UrlOf(0), first["ASPNETCORE_URLS"]);
        Assert.Equal(endpoint.UrlOf(1), second["ASPNETCORE_URLS"]);
        Assert.NotEqual(first["OTEL_RESOURCE_ATTRIBUTES"], second["OTEL_RESOURCE_ATTRIBUTES"]);
    }

    [Fact]
    public async Task Project_WhoseEndpointsAreFilteredOut_GetsNoUrls()
    {
        await using var application = await RunningApplication.StartAsync(builder =>
        {
            var project = builder.AddProject<Projects.StandIns_Aspire_TestApp>("shop").WithHttpEndpoint();
            project.WithEndpointsInEnvironment(_ => false)
                .WithEnvironment("Kestrel__Endpoints__Http__Url", project.GetEndpoint("http"))
                .WithHttpHealthCheck("/health");
            builder.AddExecutable("after", "sh", ".", "-c", "echo it is healthy").WaitFor(project);
        });

        await application.WaitForLineAsync("[after] it is healthy");
    }

    [Fact]
    public async Task Child_OfAnAppHostThatWasLaunchedWithUrls_DoesNotInheritThem()
    {
        await using var host = TestHost.Start("chain");

        // The inherited address is not free; an application that took it would end, and the last one would not start.
        await host.WaitForLineAsync("[third] started", TestContext.Current.CancellationToken);
    }
}
