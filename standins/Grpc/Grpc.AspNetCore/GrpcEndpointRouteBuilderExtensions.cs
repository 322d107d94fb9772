using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Calls;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

public static class GrpcEndpointRouteBuilderExtensions
{
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var attribute = typeof(TService).GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)
            ?? throw new InvalidOperationException($"{typeof(TService)} does not derive from a generated gRPC service.");
        var bind = attribute.BindType
            .GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            .SingleOrDefault(method => method.Name == attribute.BindMethodName
                && method.GetParameters() is [var binderParameter, _] && binderParameter.ParameterType == typeof(ServiceBinderBase))
            ?? throw new InvalidOperationException($"{attribute.BindType} has no method {attribute.BindMethodName} for a binder.");

        var services = builder.ServiceProvider;
        var options = services.GetService<IOptions<GrpcServiceOptions>>()
            ?? throw new InvalidOperationException("Call AddGrpc on the services first.");
        var binder = new EndpointBinder<TService>(builder, options.Value, services.GetRequiredService<ILoggerFactory>());
        bind.Invoke(null, [binder, null]);
        binder.AddUnimplementedMethods();
        return new GrpcServiceEndpointConventionBuilder(binder.Endpoints);
    }
}
