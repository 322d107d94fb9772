using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Runs one call of any kind: reads requests, calls the service, writes responses.</summary>
internal delegate Task ServerMethod<TService, TRequest, TResponse>(
    TService service, RequestReader<TRequest> requests, ResponseWriter<TResponse> responses, ServerCallContext context)
    where TRequest : class
    where TResponse : class;

// Open delegates of the service's own methods: a service is made for each call.
internal delegate Task<TResponse> UnaryMethod<TService, TRequest, TResponse>(TService service, TRequest request, ServerCallContext context);

internal delegate Task<TResponse> ClientStreamingMethod<TService, TRequest, TResponse>(TService service, IAsyncStreamReader<TRequest> requests, ServerCallContext context);

internal delegate Task ServerStreamingMethod<TService, TRequest, TResponse>(TService service, TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context);

internal delegate Task DuplexMethod<TService, TRequest, TResponse>(TService service, IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context);
