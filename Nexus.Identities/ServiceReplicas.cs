using Grpc.Core;
using Grpc.Net.Client;
using Nexus.ServiceDefaults;

namespace Nexus.Identities;

/// <summary>All replicas of a service that are known here. A question goes to all of them at once, so that one that is dead costs nothing.</summary>
internal sealed class ServiceReplicas : IDisposable
{
    private readonly GrpcChannel[] _channels;
    private readonly TimeProvider _time;

    private ServiceReplicas(IEnumerable<Uri> addresses, ServiceRole role, ServiceIdentity identity, TimeProvider time)
    {
        _time = time;
        _channels = [.. addresses.Select(address => GrpcDefaults.CreateChannel(address, handler => identity.Secure(handler, role)))];
    }

    /// <summary>Null when no address of the service is configured.</summary>
    public static ServiceReplicas? TryCreate(IConfiguration configuration, ServiceRole role, ServiceIdentity identity, TimeProvider time) =>
        ServiceAddress.TryGetAllGrpc(configuration, role.ToWord(), out var addresses) ? new(addresses, role, identity, time) : null;

    /// <summary>The first answer; else <see cref="StatusCode.NotFound"/> when all say so, or why one of the others has none.</summary>
    /// <param name="ask">The call.</param>
    /// <param name="patience">How long it may take, all together.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(T? Answer, StatusCode Status)> AskAsync<T>(Func<GrpcChannel, CallOptions, AsyncUnaryCall<T>> ask, TimeSpan patience, CancellationToken cancellationToken)
        where T : class
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var options = new CallOptions(deadline: _time.GetUtcNow().UtcDateTime + patience, cancellationToken: ended.Token);
        var asking = _channels.Select(channel => TryAsync(channel)).ToList();
        var status = StatusCode.NotFound;
        while (asking.Count > 0)
        {
            var first = await Task.WhenAny(asking);
            asking.Remove(first);
            var (answer, code) = await first;
            if (answer is null)
            {
                if (code != StatusCode.NotFound) status = code;
                continue;
            }

            await ended.CancelAsync();
            await Task.WhenAll(asking);
            return (answer, StatusCode.OK);
        }

        return (null, status);

        async Task<(T?, StatusCode)> TryAsync(GrpcChannel channel)
        {
            try
            {
                using var call = ask(channel, options);
                return (await call, StatusCode.OK);
            }
            catch (RpcException e)
            {
                return (null, e.StatusCode);
            }
        }
    }

    public void Dispose()
    {
        foreach (var channel in _channels) channel.Dispose();
    }
}
