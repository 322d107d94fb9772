using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>Starts calls of each kind on a channel.</summary>
internal sealed class HttpCallInvoker(GrpcChannel channel) : CallInvoker
{
    // The package's API: a caller that blocks has chosen so.
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.ResponseAsync.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Start(method, options, request);
        return new AsyncUnaryCall<TResponse>(
            new ResponseReader<TResponse>(call, method.ResponseMarshaller).ReadOnlyOneAsync(),
            GetHeaders, GetStatus, GetTrailers, Dispose, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Start(method, options, request);
        return new AsyncServerStreamingCall<TResponse>(
            new ResponseReader<TResponse>(call, method.ResponseMarshaller),
            GetHeaders, GetStatus, GetTrailers, Dispose, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var (call, requests) = Start(method, options);
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            requests,
            new ResponseReader<TResponse>(call, method.ResponseMarshaller).ReadOnlyOneAsync(),
            GetHeaders, GetStatus, GetTrailers, Dispose, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var (call, requests) = Start(method, options);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            requests,
            new ResponseReader<TResponse>(call, method.ResponseMarshaller),
            GetHeaders, GetStatus, GetTrailers, Dispose, call);
    }

    private static Task<Metadata> GetHeaders(object call) => ((HttpCall)call).GetHeadersAsync();

    private static Status GetStatus(object call) => ((HttpCall)call).GetStatus();

    private static Metadata GetTrailers(object call) => ((HttpCall)call).GetTrailers();

    private static void Dispose(object call) => ((HttpCall)call).Dispose();

    private HttpCall Start<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options, TRequest request)
        where TRequest : class
    {
        var call = new HttpCall(channel, method, options, new SingleRequestContent<TRequest>(method.RequestMarshaller, request));
        call.Start();
        return call;
    }

    private (HttpCall Call, RequestWriter<TRequest> Requests) Start<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options)
        where TRequest : class
    {
        var content = new StreamedRequestContent();
        var call = new HttpCall(channel, method, options, content);
        var requests = new RequestWriter<TRequest>(call, content, method.RequestMarshaller) { WriteOptions = options.WriteOptions };
        call.Start();
        return (call, requests);
    }
}
