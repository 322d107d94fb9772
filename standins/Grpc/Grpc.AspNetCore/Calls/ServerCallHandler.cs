using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>An HTTP/2 request as a gRPC call.</summary>
internal sealed class ServerCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    ServerMethod<TService, TRequest, TResponse> invoke,
    Lazy<ObjectFactory<TService>>? create,
    GrpcServiceOptions options,
    ILogger logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    public async Task HandleAsync(HttpContext http)
    {
        if (!IsGrpc(http)) return;

        LiftBodyLimits(http);
        http.Response.ContentType = GrpcHeader.ContentType;
        using var context = new HttpServerCallContext(http, method.FullName);
        var requests = new RequestReader<TRequest>(http.Request.BodyReader, method.RequestMarshaller, options.MaxReceiveMessageSize, context);
        var responses = new ResponseWriter<TResponse>(http.Response.BodyWriter, method.ResponseMarshaller, context);
        Status status;
        try
        {
            if (http.Request.Headers[GrpcHeader.Encoding] is { Count: > 0 } encoding && encoding != GrpcHeader.IdentityEncoding)
                throw new RpcException(new Status(StatusCode.Unimplemented, $"The message encoding \"{encoding}\" is not supported."));

            await InvokeAsync(http.RequestServices, requests, responses, context);
            status = context.IsDeadlineExceeded ? HttpServerCallContext.DeadlineExceeded : context.Status;
        }
#pragma warning disable CA1031 // This is the call's owner: whatever a method throws becomes the call's status.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            status = StatusOf(exception, context);
        }

        requests.Release();
        context.WriteStatus(status);
    }

    private static bool IsGrpc(HttpContext http)
    {
        if (!HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "h2c";
            return false;
        }

        if (GrpcHeader.IsGrpcContentType(http.Request.ContentType)) return true;

        http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        return false;
    }

    /// <summary>
    /// Streams idle and carry any number of bytes. Kestrel would otherwise end the whole connection, with every other call
    /// on it, because one request body is slow.
    /// </summary>
    private static void LiftBodyLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
    }

    private async Task InvokeAsync(
        IServiceProvider services, RequestReader<TRequest> requests, ResponseWriter<TResponse> responses, ServerCallContext context)
    {
        if (services.GetService<TService>() is { } registered)
        {
            await invoke(registered, requests, responses, context);
            return;
        }

        if (create is null) throw new InvalidOperationException($"{typeof(TService)} can neither be made nor is it registered.");

        var service = create.Value(services, null);
        try
        {
            await invoke(service, requests, responses, context);
        }
        finally
        {
            if (service is IAsyncDisposable asyncDisposable) await asyncDisposable.DisposeAsync();
            else (service as IDisposable)?.Dispose();
        }
    }

    private Status StatusOf(Exception exception, HttpServerCallContext context)
    {
        if (context.IsDeadlineExceeded) return HttpServerCallContext.DeadlineExceeded;
        switch (exception)
        {
            case RpcException failure:
                foreach (var trailer in failure.Trailers) context.ResponseTrailers.Add(trailer);
                return failure.Status;
            case OperationCanceledException cancelled when context.CancellationToken.IsCancellationRequested || cancelled.CancellationToken == context.CancellationToken:
                return Status.DefaultCancelled; // a write may see the end of the call before its token fires
            case IOException when context.IsAborted:
                return Status.DefaultCancelled;
            default:
                ServerLog.MethodFailed(logger, method.FullName, exception);
                return new Status(
                    StatusCode.Unknown,
                    options.EnableDetailedErrors == true ? $"Exception was thrown by handler. {exception.GetType().Name}: {exception.Message}" : "Exception was thrown by handler.");
        }
    }
}
