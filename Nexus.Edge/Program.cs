using Nexus.Edge.Configuration;
using Nexus.Edge.Datagrams;
using Nexus.Edge.HandOver;
using Nexus.Edge.Listening;
using Nexus.Edge.Passthrough;
using Nexus.Edge.Peeking;
using Nexus.Edge.PlainHttp;
using Nexus.Edge.ProxyProtocol;
using Nexus.Edge.Routing;
using Nexus.ServiceDefaults;

var builder = NexusHost.CreateBuilder(args, EdgeKeys.Map);
builder.AddServiceDefaults();
builder.AddHandOver();
builder.AddRouting();
builder.AddProxyProtocol();
builder.AddPeeking();
builder.AddPassthrough();
builder.AddListening();
builder.AddDatagrams();
builder.AddPlainHttp();

var app = builder.Build();
app.MapDefaultEndpoints();
return await NexusHost.RunAsync(app);
