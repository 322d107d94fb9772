using Nexus.Edge;
using Nexus.Edge.Configuration;
using Nexus.Edge.Routing;
using Nexus.Identities;
using Nexus.ServiceDefaults;

var builder = NexusHost.CreateBuilder(args, EdgeKeys.Map);
builder.AddServiceDefaults();
builder.AddIdentity(new IdentityTerms(ServiceRole.Edge));
builder.AddEdge();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapRoutes();
return await NexusHost.RunAsync(app);
