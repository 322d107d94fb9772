using Nexus.Hub;
using Nexus.Hub.Announcing;
using Nexus.Hub.Certificates;
using Nexus.Hub.Configuration;
using Nexus.Hub.HandOver;
using Nexus.Hub.Sessions;
using Nexus.Hub.Streams;
using Nexus.Identities;
using Nexus.ServiceDefaults;

var builder = NexusHost.CreateBuilder(args, HubKeys.Map);
builder.AddServiceDefaults();
builder.AddIdentity(new IdentityTerms(ServiceRole.Hub));
builder.AddCertificates();
builder.AddBackends();
builder.AddStreams();
builder.AddHandOver();
builder.AddAnnouncing();
builder.AddNeighbourhood();

var app = builder.Build();
app.UseSessions();
app.MapStreams();
app.MapDefaultEndpoints();
return await NexusHost.RunAsync(app);
