using Grpc.Core;

namespace StandIns.Grpc.Tests.Echo;

[BindServiceMethod(typeof(EchoMethods), nameof(EchoMethods.BindService))]
public abstract class EchoBase
{
    public abstract Task<byte[]> Unary(byte[] request, ServerCallContext context);

    public abstract Task<byte[]> Collect(IAsyncStreamReader<byte[]> requests, ServerCallContext context);

    public abstract Task Produce(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context);

    public abstract Task Exchange(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context);
}
