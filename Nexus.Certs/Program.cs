using Nexus.Certs;
using Nexus.Certs.Configuration;
using Nexus.Certs.Joining;
using Nexus.ServiceDefaults;

var joining = JoinTokenCommand.TryParse(args, out var rest);
var builder = NexusHost.CreateBuilder(rest, CertsKeys.Map);
builder.AddServiceDefaults();
builder.AddCerts();

var app = builder.Build();
if (joining is not null) return await JoinTokenCommand.RunAsync(app, joining);
app.MapDefaultEndpoints();
app.MapCerts();
return await NexusHost.RunAsync(app);
