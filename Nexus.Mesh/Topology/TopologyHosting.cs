using System.Globalization;
using Google.Protobuf;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Topology;

internal static class TopologyHosting
{
    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithPreserveProtoFieldNames(true));

    public static void AddTopology(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TopologyView>();
        builder.Services.AddSingleton<TopologyService>();
    }

    /// <summary>gRPC, and read-only JSON for a browser: <c>/topology</c>, with the keys <c>/topology?keys=100</c>.</summary>
    public static void MapTopology(this WebApplication app)
    {
        app.MapGrpcService<TopologyService>().OnInternalEndpointsOnly();
        app.MapGet("/topology", (RequestDelegate)WriteAsync).OnInternalEndpointsOnly();
    }

    private static Task WriteAsync(HttpContext context)
    {
        var keys = context.Request.Query["keys"].ToString();
        if (!uint.TryParse(keys, NumberStyles.None, CultureInfo.InvariantCulture, out var maxKeys) && keys.Length > 0)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsync("keys must be a number: how many of each target are to be shown.\n", context.RequestAborted);
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        var view = context.RequestServices.GetRequiredService<TopologyView>();
        return context.Response.WriteAsync(s_json.Format(view.Take(new() { WithKeys = maxKeys > 0, MaxKeys = maxKeys })), context.RequestAborted);
    }
}
