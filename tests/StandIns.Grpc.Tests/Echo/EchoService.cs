using System.Globalization;
using System.Text;
using Grpc.Core;

namespace StandIns.Grpc.Tests.Echo;

/// <summary>What it does is said by the request; anything else comes back as it is.</summary>
internal sealed class EchoService(EchoObservations observations) : EchoBase
{
    public override async Task<byte[]> Unary(byte[] request, ServerCallContext context)
    {
        switch (Encoding.UTF8.GetString(request.AsSpan(0, Math.Min(request.Length, 10))))
        {
            case "fail":
                throw new RpcException(
                    new Status(StatusCode.FailedPrecondition, EchoMethods.NonAsciiDetail),
                    new Metadata { { "x-why", "because" }, { "x-why-bin", [0, 1, 255] } });
            case "throw":
                throw new InvalidDataException("A bug.");
            case "wait":
                await WaitForCancellationAsync(context);
                return request;
            case "metadata":
                await context.WriteResponseHeadersAsync(CopyOf(context.RequestHeaders));
                context.ResponseTrailers.Add("x-trailer", "at the end");
                return request;
            case "connection":
                return Encoding.UTF8.GetBytes(context.GetHttpContext().Connection.Id);
            case "peer":
                return Encoding.UTF8.GetBytes(context.Peer);
            default:
                return request;
        }
    }

    public override async Task<byte[]> Collect(IAsyncStreamReader<byte[]> requests, ServerCallContext context)
    {
        var (count, bytes) = (0, 0L);
        while (await requests.MoveNext(context.CancellationToken))
        {
            count++;
            bytes += requests.Current.Length;
        }

        return Encoding.UTF8.GetBytes($"{count} {bytes}");
    }

    /// <summary>"count size", then optionally "fail" or "wait".</summary>
    public override async Task Produce(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        var words = Encoding.UTF8.GetString(request).Split(' ');
        var message = new byte[int.Parse(words[1], CultureInfo.InvariantCulture)];
        for (var count = int.Parse(words[0], CultureInfo.InvariantCulture); count > 0; count--) await responses.WriteAsync(message);
        if (words is [.., "fail"]) throw new RpcException(new Status(StatusCode.DataLoss, "after messages"));
        if (words is [.., "wait"]) await WaitForCancellationAsync(context);
    }

    public override async Task Exchange(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        try
        {
            await foreach (var request in requests.ReadAllAsync(context.CancellationToken)) await responses.WriteAsync(request);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            observations.Cancelled.TrySetResult();
            throw;
        }
    }

    private static Metadata CopyOf(Metadata requestHeaders)
    {
        var copy = new Metadata();
        foreach (var entry in requestHeaders.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal))) copy.Add(entry);
        return copy;
    }

    private async Task WaitForCancellationAsync(ServerCallContext context)
    {
        observations.Started.TrySetResult();
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (context.CancellationToken.Register(fired.SetResult)) await fired.Task;
        observations.Cancelled.TrySetResult();
        context.CancellationToken.ThrowIfCancellationRequested();
    }
}
