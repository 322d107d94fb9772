using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Nexus.Edge.ProxyProtocol;
using Nexus.Protocol.ProxyProtocol;

namespace Nexus.Edge.PlainHttp;

/// <summary>Takes a load balancer's PROXY header from the front of a connection on port 80, before anything else reads it.</summary>
internal sealed class ProxyHeaderGate(TrustedProxies proxies, TimeProvider time)
{
    /// <returns>Whose connection it is: the one named, or the one who opened it. Null when it must be closed.</returns>
    public async ValueTask<IPEndPoint?> ReadAsync(ConnectionContext connection, IPEndPoint peer)
    {
        using var limit = new CancellationTokenSource(proxies.HeaderTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection.ConnectionClosed);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(either.Token);
                var status = Take(input, read.Buffer, out var user);
                switch (status)
                {
                    case ProxyHeaderStatus.Found: return user ?? peer;
                    case ProxyHeaderStatus.NotProxy when proxies.IsHeaderOptional: return peer;
                    case ProxyHeaderStatus.NeedMore when !read.IsCompleted && !read.IsCanceled: continue;
                    default: return null;
                }
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return null;
        }
        catch (IOException)
        {
            return null; // it broke
        }
    }

    private ProxyHeaderStatus Take(PipeReader input, ReadOnlySequence<byte> received, out IPEndPoint? user)
    {
        var first = received.Slice(0, Math.Min(received.Length, proxies.MaxHeaderBytes));
        var status = ProxyHeaderReader.Read(first.IsSingleSegment ? first.FirstSpan : first.ToArray(), out var header, proxies.MaxHeaderBytes);
        user = status == ProxyHeaderStatus.Found && header.Addresses.HasEndPoints ? header.Addresses.Source.Unmapped().ToIPEndPoint() : null;
        var consumed = received.GetPosition(status == ProxyHeaderStatus.Found ? header.Length : 0);
        input.AdvanceTo(consumed, status == ProxyHeaderStatus.NeedMore ? received.End : consumed);
        return status;
    }
}
