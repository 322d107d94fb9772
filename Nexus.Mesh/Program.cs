using Nexus.Mesh.Directory;
using Nexus.ServiceDefaults;

var builder = NexusHost.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDirectory();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapDirectory();
return await NexusHost.RunAsync(app);
