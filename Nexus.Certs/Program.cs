using Nexus.Certs.Configuration;
using Nexus.Certs.Distribution;
using Nexus.Certs.Identities;
using Nexus.Certs.Joining;
using Nexus.Certs.Manual;
using Nexus.Certs.Storage;
using Nexus.Identities;
using Nexus.ServiceDefaults;

var joining = JoinTokenCommand.TryParse(args, out var rest);
var builder = NexusHost.CreateBuilder(rest, CertsKeys.Map);
builder.AddServiceDefaults();
builder.AddJoining();
builder.AddIdentity(new IdentityTerms(ServiceRole.Certs, ServesStrangers: true));
builder.AddStorage();
builder.AddDistribution();
builder.AddIdentities();
builder.AddManual();

var app = builder.Build();
if (joining is not null) return JoinTokenCommand.Run(app, joining);
app.MapDefaultEndpoints();
app.MapDistribution();
app.MapJoining();
return await NexusHost.RunAsync(app);
