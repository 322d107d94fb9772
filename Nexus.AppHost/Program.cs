using Aspire.Hosting;
using Nexus.AppHost.Demo;
using Nexus.AppHost.Topology;

var builder = DistributedApplication.CreateBuilder(args);
using var demo = DemoRun.Create(builder);
var secret = builder.AddParameter("hmac-secret", demo.Secret, secret: true);

var certs = builder.AddProject<Projects.Nexus_Certs>("certs")
    .WithServiceEndpoints().WithCalmLogs()
    .WithEnvironment("Nexus__Certs__Storage__Directory", demo.CertificatesDirectory);

var mesh = builder.AddProject<Projects.Nexus_Mesh>("mesh")
    .WithServiceEndpoints().WithCalmLogs();

var hub = builder.AddProject<Projects.Nexus_Hub>("hub")
    .WithServiceEndpoints().WithCalmLogs()
    .WithEnvironment("Nexus__Hub__Sessions__ListenAddress", demo.HubAddress)
    .WithEnvironment("Nexus__Hub__Authentication__Secret", secret)
    .WithReference(mesh).WaitFor(mesh)
    .WithReference(certs).WaitFor(certs);

var edge = builder.AddProject<Projects.Nexus_Edge>("edge")
    .WithServiceEndpoints().WithCalmLogs()
    .WithEnvironment("Nexus__Edge__Listening__BindAddress", "127.0.0.1")
    .WithEnvironment("Nexus__Edge__PlainHttp__BindAddress", "127.0.0.1")
    .WithEndpoint(demo.RelayPort, scheme: "tcp", name: "relay", env: "Nexus__Edge__Listening__RelayPorts__0", isProxied: false)
    .WithHttpEndpoint(demo.PlainHttpPort, name: "plain-http", env: "Nexus__Edge__PlainHttp__Port", isProxied: false)
    .WithReference(mesh).WaitFor(mesh)
    .WaitFor(hub);

var origin = builder.AddProject<Projects.Nexus_Demo_Origin>("origin")
    .WithEndpoint(demo.OriginHttpsPort, scheme: "https", name: "https", env: "Nexus__Demo__Origin__HttpsPort", isProxied: false)
    .WithHttpEndpoint(demo.OriginHttpPort, name: "http", env: "Nexus__Demo__Origin__HttpPort", isProxied: false)
    .WithEndpointsInEnvironment(_ => false)
    .WithEnvironment("Nexus__Demo__Origin__Name", DemoRun.HostName)
    .WithEnvironment("Nexus__Demo__Origin__AuthorityFile", demo.OriginAuthorityFile)
    .WithHttpHealthCheck("/health", endpointName: "http");

builder.AddProject<Projects.Nexus_Client_Cli>("client")
    .WithArgs("run", "-c", demo.ClientConfigurationFile, "--ca", demo.HubAuthorityFile)
    .WaitFor(hub).WaitFor(edge).WaitFor(origin);

builder.AddTryLine(demo);
builder.Build().Run();
