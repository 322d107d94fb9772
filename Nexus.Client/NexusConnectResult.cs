using System.IO.Pipelines;
using Nexus.Client.InProcess;
using Nexus.Client.LocalRouting;
using Nexus.Protocol.Channels;

namespace Nexus.Client;

/// <summary>What a connect handler decided: a closed set, made by the factories here.</summary>
public abstract class NexusConnectResult
{
    private NexusConnectResult()
    {
    }

    /// <summary>This handler does not serve the connection; the next one is asked.</summary>
    public static NexusConnectResult NoRoute { get; } = new NoRouteResult();

    /// <summary>The connection is refused; nobody else is asked.</summary>
    /// <param name="reason">For the log; the user sees a closed connection.</param>
    public static NexusConnectResult Reject(string reason) => new RejectResult(reason);

    /// <summary>
    /// The connection is joined with a duplex stream. Reading 0 bytes from it ends the user's connection after all that
    /// was read has been delivered.
    /// </summary>
    /// <param name="stream">Readable and writable; reads and writes happen at the same time. Disposed at the end.</param>
    public static NexusConnectResult FromStream(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead || !stream.CanWrite) throw new ArgumentException("The stream must be readable and writable.", nameof(stream));
        return new ChannelResult(new StreamChannel(stream));
    }

    /// <summary>The connection is joined with a channel, which is disposed at the end.</summary>
    public static NexusConnectResult FromChannel(IByteChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return new ChannelResult(channel);
    }

    /// <summary>
    /// The connection is joined with a pair of pipes: what is read from <see cref="IDuplexPipe.Input"/> goes to the user, what comes
    /// from the user is written to <see cref="IDuplexPipe.Output"/>. The end of the input ends the user's connection after all
    /// that was read has been delivered. Both are completed at the end.
    /// </summary>
    public static NexusConnectResult FromPipe(IDuplexPipe pipe)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return new ChannelResult(new PipeChannel(pipe));
    }

    /// <summary>
    /// The connection is served by a function, in this process. Its stream carries the user's bytes as they are (TLS is not
    /// taken off); its return ends the user's connection in order, an exception breaks it and is logged; its token fires when the user
    /// has left or the session has ended.
    /// </summary>
    public static NexusConnectResult Run(Func<Stream, CancellationToken, Task> serve)
    {
        ArgumentNullException.ThrowIfNull(serve);
        return new RunResult(serve);
    }

    /// <summary>The connection is joined with a new TCP connection to <paramref name="target"/>.</summary>
    /// <param name="target"><c>host:port</c>, <c>[v6]:port</c> or <c>:port</c> for this machine.</param>
    /// <param name="proxyProtocol">How the target is told who the user is.</param>
    /// <exception cref="ArgumentException">The target is none of these.</exception>
    public static NexusConnectResult Dial(string target, NexusProxyProtocol proxyProtocol = NexusProxyProtocol.None)
    {
        ArgumentNullException.ThrowIfNull(target);
        return LocalTarget.TryParse(target, out var parsed) ? new DialResult(new(parsed, proxyProtocol)) : throw new ArgumentException("The target must be host:port.", nameof(target));
    }

    /// <summary>A UDP flow is joined with a channel, which is disposed at the end. For users of TCP it is a failure.</summary>
    public static NexusConnectResult FromDatagrams(INexusDatagramChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return new DatagramsResult(channel);
    }

    internal sealed class NoRouteResult : NexusConnectResult;

    internal sealed class RejectResult(string reason) : NexusConnectResult
    {
        public string Reason { get; } = reason;
    }

    internal sealed class DatagramsResult(INexusDatagramChannel channel) : NexusConnectResult
    {
        public INexusDatagramChannel Channel { get; } = channel;
    }

    internal sealed class ChannelResult(IByteChannel channel) : NexusConnectResult
    {
        public IByteChannel Channel { get; } = channel;
    }

    internal sealed class RunResult(Func<Stream, CancellationToken, Task> serve) : NexusConnectResult
    {
        public Func<Stream, CancellationToken, Task> ServeAsync { get; } = serve;
    }

    internal sealed class DialResult(MappedTarget target) : NexusConnectResult
    {
        public MappedTarget Target { get; } = target;
    }
}
