using Nexus.Hub.Announcing;
using Nexus.Hub.Authentication;
using Nexus.Hub.Bandwidth;
using Nexus.Hub.Certificates;
using Nexus.Hub.Configuration;
using Nexus.Hub.OrchestratorRegistration;
using Nexus.Hub.Outbound;
using Nexus.Hub.Sessions;
using Nexus.Hub.Streams;
using Nexus.Hub.Stun;
using Nexus.ServiceDefaults;

var builder = NexusHost.CreateBuilder(args, HubKeys.Map);
builder.AddServiceDefaults();
builder.AddCertificates();
builder.AddAuthentication();
builder.AddOutbound();
builder.AddBandwidth();
builder.AddSessions();
builder.AddStreams();
builder.AddAnnouncing();
builder.AddStun();
builder.AddOrchestratorRegistration();

var app = builder.Build();
app.UseSessions();
app.MapStreams();
app.MapDefaultEndpoints();
return await NexusHost.RunAsync(app);
