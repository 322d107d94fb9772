using Grpc.Core;

namespace StandIns.Grpc.Tests.Echo;

/// <summary>The service "test.Echo" with bytes as messages; Peers/echo_server.py is the same in Python.</summary>
public static class EchoMethods
{
    public const string NonAsciiDetail = "größer als 100 % – 漢字\n";

    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    public static Method<byte[], byte[]> Unary { get; } = Create(MethodType.Unary, nameof(Unary));

    public static Method<byte[], byte[]> Collect { get; } = Create(MethodType.ClientStreaming, nameof(Collect));

    public static Method<byte[], byte[]> Produce { get; } = Create(MethodType.ServerStreaming, nameof(Produce));

    public static Method<byte[], byte[]> Exchange { get; } = Create(MethodType.DuplexStreaming, nameof(Exchange));

    public static Method<byte[], byte[]> Missing { get; } = Create(MethodType.Unary, nameof(Missing));

    public static void BindService(ServiceBinderBase binder, EchoBase? service)
    {
        binder.AddMethod(Unary, service is null ? null : new UnaryServerMethod<byte[], byte[]>(service.Unary));
        binder.AddMethod(Collect, service is null ? null : new ClientStreamingServerMethod<byte[], byte[]>(service.Collect));
        binder.AddMethod(Produce, service is null ? null : new ServerStreamingServerMethod<byte[], byte[]>(service.Produce));
        binder.AddMethod(Exchange, service is null ? null : new DuplexStreamingServerMethod<byte[], byte[]>(service.Exchange));
    }

    private static Method<byte[], byte[]> Create(MethodType type, string name) => new(type, "test.Echo", name, s_bytes, s_bytes);
}
