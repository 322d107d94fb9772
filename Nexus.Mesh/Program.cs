using Nexus.Mesh.Configuration;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Store;
using Nexus.ServiceDefaults;

var builder = NexusHost.CreateBuilder(args, MeshKeys.Map);
builder.AddServiceDefaults();
builder.AddDirectory();
builder.AddStore();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapDirectory();
return await NexusHost.RunAsync(app);
