using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Nexus.ServiceDefaults;

/// <summary>
/// The endpoints that are for us and not for the public: <c>Kestrel:Endpoints:Http</c> (HTTP/1.1: health) and
/// <c>Kestrel:Endpoints:Grpc</c> (HTTP/2: calls between services; with https by mutual TLS). They come from the configuration, which a
/// listener bound in code does not silence (it does silence ASPNETCORE_URLS).
/// </summary>
public static class InternalEndpoints
{
    private const string Section = "Kestrel:Endpoints";
    private const string Http = "Http";
    private const string Grpc = "Grpc";

    /// <summary>The configured address of the gRPC endpoint; null when there is none.</summary>
    public static string? GrpcUrl(IConfiguration configuration) => configuration[$"{Section}:{Grpc}:Url"];

    /// <summary>An endpoint's address as others reach it: by this machine's name when it listens on every address; null when its port is not known before it listens.</summary>
    public static Uri? FindReachable(string? endpointUrl)
    {
        // Kestrel's ways to write "every address".
        var text = endpointUrl?.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)) return null;
        if (url.Port == 0) return null; // which one it will be is not known before it listens
        var isAny = IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        return isAny ? new UriBuilder(url) { Host = Dns.GetHostName() }.Uri : url;
    }

    /// <summary>
    /// Hides what is mapped from every listener but the two above: 404 there. Listeners bound in code face the public, and of
    /// one that came by another way (ASPNETCORE_URLS) nobody knows whom it faces.
    /// </summary>
    public static TBuilder OnInternalEndpointsOnly<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            // Lambdas with bound parameters get theirs later, unhidden: better to notice here.
            var serve = endpoint.RequestDelegate ?? throw new InvalidOperationException($"{endpoint.DisplayName} has no request delegate.");
            endpoint.RequestDelegate = context =>
            {
                if (IsInternal(context)) return serve(context);
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            };
        });
        return builder;
    }

    internal static void AddInternalEndpoints(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, TransportMemory>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IServiceProvider>((kestrel, services) => Configure(kestrel, services.GetService<IInternalTls>()));
    }

    private static void Configure(KestrelServerOptions kestrel, IInternalTls? tls)
    {
        kestrel.Limits.Http2.MaxStreamsPerConnection = GrpcDefaults.MaxStreamsPerConnection;
        kestrel.Limits.Http2.InitialStreamWindowSize = GrpcDefaults.StreamWindow;
        kestrel.Limits.Http2.InitialConnectionWindowSize = GrpcDefaults.ConnectionWindow;
        // Finds a peer that vanished without a word.
        kestrel.Limits.Http2.KeepAlivePingDelay = GrpcDefaults.KeepAlivePingDelay;
        kestrel.Limits.Http2.KeepAlivePingTimeout = GrpcDefaults.KeepAlivePingTimeout;
        kestrel.ConfigurationLoader?.Endpoint(Http, endpoint => Mark(endpoint.ListenOptions, HttpProtocols.Http1));
        kestrel.ConfigurationLoader?.Endpoint(Grpc, endpoint =>
        {
            if (endpoint.IsHttps) tls?.Configure(endpoint.HttpsOptions);
            Mark(endpoint.ListenOptions, HttpProtocols.Http2);
        });
    }

    private static void Mark(ListenOptions listen, HttpProtocols protocols)
    {
        listen.Protocols = protocols;
        listen.Use(next => connection =>
        {
            connection.Features.Set(InternalConnection.Instance);
            return next(connection);
        });
    }

    private static bool IsInternal(HttpContext context) => context.Features.Get<InternalConnection>() is not null;

    private sealed class InternalConnection
    {
        public static InternalConnection Instance { get; } = new();
    }
}
