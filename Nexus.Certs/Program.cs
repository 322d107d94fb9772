using Nexus.Certs;
using Nexus.Certs.Configuration;
using Nexus.Certs.Joining;
using Nexus.Certs.Public;
using Nexus.ServiceDefaults;

var joining = JoinTokenCommand.TryParse(args, out var rest);
var revoking = RevokeCommand.TryParse(rest, out rest);
var builder = NexusHost.CreateBuilder(rest, CertsKeys.Map);
builder.AddServiceDefaults();
builder.AddCerts();

var app = builder.Build();
if (joining is not null) return await JoinTokenCommand.RunAsync(app, joining);
if (revoking is not null) return await RevokeCommand.RunAsync(app, revoking);
app.MapDefaultEndpoints();
app.MapCerts();
return await NexusHost.RunAsync(app);
