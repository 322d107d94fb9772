using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Nexus.Demo.Origin;

internal static class OriginHosting
{
    public static void AddOrigin(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks();
        builder.Services.AddSingleton<IValidateOptions<OriginOptions>, OriginOptionsValidator>();
        builder.Services.AddOptions<OriginOptions>().BindConfiguration(OriginOptions.SectionName).ValidateOnStart();
        builder.Services.AddSingleton<OriginCertificate>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<OriginOptions>, OriginCertificate>((kestrel, options, certificate) =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Value.HttpsPort, listen => listen.UseHttps(certificate.Certificate));
            kestrel.Listen(IPAddress.Loopback, options.Value.HttpPort);
        });
    }

    public static void MapOrigin(this WebApplication app)
    {
        app.MapHealthChecks("/health");
        app.MapGet("/", Greeting.Write);
        app.Map("/echo", Echo.BodyAsync);
        app.Map("/ws", Echo.WebSocketAsync);
    }
}
