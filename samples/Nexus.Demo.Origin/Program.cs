// The service of somebody who uses Nexus: an ordinary ASP.NET Core application that ends TLS itself and knows nothing of Nexus.
using Nexus.Demo.Origin;

var builder = WebApplication.CreateBuilder(args);
builder.AddOrigin();

var app = builder.Build();
app.UseWebSockets();
app.MapOrigin();
app.Run();
