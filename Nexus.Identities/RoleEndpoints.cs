using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Nexus.ServiceDefaults;

namespace Nexus.Identities;

/// <summary>Says which services may call what.</summary>
internal static class RoleEndpoints
{
    /// <summary>All methods are for these roles.</summary>
    public static TBuilder ForRoles<TBuilder>(this TBuilder builder, params ServiceRole[] roles)
        where TBuilder : IEndpointConventionBuilder => builder.ForRoles(_ => roles);

    /// <summary>
    /// Callers over TLS are served if their certificate is valid now and of one of the roles. Callers without TLS are on this host: there is no
    /// other endpoint without (<see cref="InternalAddresses"/>).
    /// </summary>
    /// <param name="builder">A gRPC service.</param>
    /// <param name="rolesOf">For a method's name; null: for everybody, also without an identity.</param>
    public static TBuilder ForRoles<TBuilder>(this TBuilder builder, Func<string, ServiceRole[]?> rolesOf)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            var serve = endpoint.RequestDelegate ?? throw new InvalidOperationException($"{endpoint.DisplayName} has no request delegate.");
            var path = (endpoint as RouteEndpointBuilder)?.RoutePattern.RawText ?? throw new InvalidOperationException($"{endpoint.DisplayName} has no route.");
            var roles = rolesOf(path[(path.LastIndexOf('/') + 1)..]);
            if (roles is null) return;
            endpoint.RequestDelegate = context => FindFault(context, roles) is { } fault ? RefuseAsync(context, fault) : serve(context);
        });
        return builder;
    }

    private static Status? FindFault(HttpContext context, ServiceRole[] roles)
    {
        if (!context.IsOverTls()) return context.IsOnThisHost() ? null : new(StatusCode.Unauthenticated, "Calls from other hosts need TLS.");

        X509Certificate2? shown = context.Connection.ClientCertificate;
        if (shown is null) return new(StatusCode.Unauthenticated, "The caller shows no identity.");
        var fault = context.RequestServices.GetRequiredService<ServiceIdentity>().FindFault(shown, roles);
        return fault is null ? null : new(StatusCode.PermissionDenied, fault);
    }

    /// <summary>An answer of headers only, as gRPC has it for calls that fail at once.</summary>
    private static Task RefuseAsync(HttpContext context, Status fault)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)fault.StatusCode).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(fault.Detail);
        return Task.CompletedTask;
    }
}
