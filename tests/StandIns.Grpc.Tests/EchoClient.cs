using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using StandIns.Grpc.Tests.Echo;

namespace StandIns.Grpc.Tests;

/// <summary>Our client of test.Echo.</summary>
internal sealed class EchoClient(string address, GrpcChannelOptions? options = null) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(address, options ?? new GrpcChannelOptions());

    private CallInvoker Invoker => _channel.CreateCallInvoker();

    public void Dispose() => _channel.Dispose();

    public AsyncUnaryCall<byte[]> Unary(byte[] request, CallOptions options = default) =>
        Invoker.AsyncUnaryCall(EchoMethods.Unary, null, options, request);

    public AsyncUnaryCall<byte[]> Unary(string request, CallOptions options = default) => Unary(Encoding.UTF8.GetBytes(request), options);

    public AsyncUnaryCall<byte[]> Missing() => Invoker.AsyncUnaryCall(EchoMethods.Missing, null, default, []);

    public AsyncClientStreamingCall<byte[], byte[]> Collect() => Invoker.AsyncClientStreamingCall(EchoMethods.Collect, null, default);

    public AsyncServerStreamingCall<byte[]> Produce(string request, CallOptions options = default) =>
        Invoker.AsyncServerStreamingCall(EchoMethods.Produce, null, options, Encoding.UTF8.GetBytes(request));

    public AsyncDuplexStreamingCall<byte[], byte[]> Exchange(CallOptions options = default) =>
        Invoker.AsyncDuplexStreamingCall(EchoMethods.Exchange, null, options);
}
