using Nexus.Certs.Configuration;
using Nexus.Certs.Distribution;
using Nexus.Certs.Identities;
using Nexus.Certs.Manual;
using Nexus.Certs.Storage;
using Nexus.ServiceDefaults;

var builder = NexusHost.CreateBuilder(args, CertsKeys.Map);
builder.AddServiceDefaults();
builder.AddStorage();
builder.AddDistribution();
builder.AddIdentities();
builder.AddManual();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapDistribution();
return await NexusHost.RunAsync(app);
