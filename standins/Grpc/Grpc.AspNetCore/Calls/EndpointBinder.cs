using System.Reflection;
using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Makes one endpoint for each method that BindService names.</summary>
internal sealed class EndpointBinder<TService>(IEndpointRouteBuilder routes, GrpcServiceOptions options, ILoggerFactory loggers) : ServiceBinderBase
    where TService : class
{
    private static readonly string[] s_post = [HttpMethods.Post];

    private readonly ILogger _logger = loggers.CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler");
    /// <summary>Not before it is needed: services that are registered do without, and it costs a compiler of expressions.</summary>
    private readonly Lazy<ObjectFactory<TService>>? _create =
        typeof(TService).IsAbstract ? null : new(() => ActivatorUtilities.CreateFactory<TService>([]));

    private readonly HashSet<string> _serviceNames = [];

    public List<IEndpointConventionBuilder> Endpoints { get; } = [];

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var call = Open<UnaryMethod<TService, TRequest, TResponse>>(method.Name, typeof(TRequest), typeof(ServerCallContext));
        Map(method, async (service, requests, responses, context) =>
            responses.Write(await call(service, await requests.ReadOnlyOneAsync(), context)));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var call = Open<ClientStreamingMethod<TService, TRequest, TResponse>>(method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        Map(method, async (service, requests, responses, context) =>
            responses.Write(await call(service, requests, context)));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var call = Open<ServerStreamingMethod<TService, TRequest, TResponse>>(
            method.Name, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        Map(method, async (service, requests, responses, context) =>
            await call(service, await requests.ReadOnlyOneAsync(), responses, context));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var call = Open<DuplexMethod<TService, TRequest, TResponse>>(
            method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        Map(method, (service, requests, responses, context) => call(service, requests, responses, context));
    }

    /// <summary>Methods that the service does not have are answered as such instead of by 404.</summary>
    public void AddUnimplementedMethods()
    {
        foreach (var name in _serviceNames)
        {
            Endpoints.Add(routes.MapMethods($"/{name}/{{unimplementedMethod}}", s_post, http =>
            {
                http.Response.ContentType = GrpcHeader.ContentType;
                http.Response.Headers[GrpcHeader.Status] = ((int)StatusCode.Unimplemented).ToString(System.Globalization.CultureInfo.InvariantCulture);
                http.Response.Headers[GrpcHeader.Message] = "Method is unimplemented.";
                return Task.CompletedTask;
            }));
        }
    }

    private static TDelegate Open<TDelegate>(string name, params Type[] parameters)
        where TDelegate : Delegate
    {
        var method = typeof(TService).GetMethod(name, BindingFlags.Public | BindingFlags.Instance, parameters)
            ?? throw new InvalidOperationException($"{typeof(TService)} has no public method {name} with the bound signature.");
        return method.CreateDelegate<TDelegate>();
    }

    private void Map<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerMethod<TService, TRequest, TResponse> invoke)
        where TRequest : class
        where TResponse : class
    {
        _serviceNames.Add(method.ServiceName);
        var handler = new ServerCallHandler<TService, TRequest, TResponse>(method, invoke, _create, options, _logger);
        var endpoint = routes.MapMethods(method.FullName, s_post, handler.HandleAsync);
        endpoint.WithDisplayName($"gRPC - {method.FullName}");
        Endpoints.Add(endpoint);
    }
}
