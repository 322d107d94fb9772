using Nexus.Identities;
using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Peering;
using Nexus.Mesh.Store;
using Nexus.Mesh.Topology;
using Nexus.ServiceDefaults;

var builder = NexusHost.CreateBuilder(args, MeshKeys.Map);
builder.AddServiceDefaults();
builder.AddIdentity(new IdentityTerms(ServiceRole.Mesh));
builder.AddDirectory();
builder.AddStore();
builder.AddPeering();
builder.AddTopology();

var app = builder.Build();
app.UsePeering();
app.MapDefaultEndpoints();
app.MapDirectory();
app.MapTopology();
return await NexusHost.RunAsync(app);
