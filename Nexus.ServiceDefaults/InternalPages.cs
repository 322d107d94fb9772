using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Nexus.ServiceDefaults;

/// <summary>
/// Read-only JSON for people and their tools, on the internal endpoints. It tells names and addresses, so only callers on this host are
/// answered, and those with an identity.
/// </summary>
public static class InternalPages
{
    private const string Refused =
        "This page is for callers on the host of the service, over loopback or a Unix socket (from elsewhere: ssh -L, kubectl port-forward), and for those with an identity, at the https endpoint.\n";

    /// <summary>Serves <paramref name="path"/>; <c>?keys=100</c> asks for that many keys of each target, without it there are none.</summary>
    /// <param name="app">Whose page it is.</param>
    /// <param name="path">Such as "/topology".</param>
    /// <param name="describe">The page, as JSON, with at most so many keys of each target.</param>
    public static void MapKeysPage(this WebApplication app, string path, Func<IServiceProvider, uint, string> describe) =>
        app.MapGet(path, (RequestDelegate)(context => WriteAsync(context, describe))).OnInternalEndpointsOnly();

    private static Task WriteAsync(HttpContext context, Func<IServiceProvider, uint, string> describe)
    {
        if (!context.IsOnThisHost() && !context.HasIdentity())
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync(Refused, context.RequestAborted);
        }

        var keys = context.Request.Query["keys"].ToString();
        if (!uint.TryParse(keys, NumberStyles.None, CultureInfo.InvariantCulture, out var maxKeys) && keys.Length > 0)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsync("keys must be a number: how many of each target are to be shown.\n", context.RequestAborted);
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(describe(context.RequestServices, maxKeys), context.RequestAborted);
    }
}
