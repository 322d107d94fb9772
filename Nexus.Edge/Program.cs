using Nexus.Edge;
using Nexus.Edge.Configuration;
using Nexus.Edge.Routing;
using Nexus.ServiceDefaults;

var builder = NexusHost.CreateBuilder(args, EdgeKeys.Map);
builder.AddServiceDefaults();
builder.AddEdge();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapRoutes();
return await NexusHost.RunAsync(app);
