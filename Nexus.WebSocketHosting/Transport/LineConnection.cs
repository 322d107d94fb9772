using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Nexus.Protocol.Channels;

namespace Nexus.WebSocketHosting.Transport;

/// <summary>
/// A connection: as Kestrel sees it until the upgrade, and as its session has it from then on. It is a feature of itself.
/// </summary>
internal sealed class LineConnection : DefaultConnectionContext
{
    /// <summary>The request of an upgrade is small.</summary>
    private const int BufferSize = 2048;

    private static readonly StreamPipeReaderOptions s_reading = new(bufferSize: BufferSize, minimumReadSize: BufferSize / 4, leaveOpen: true, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions s_writing = new(minimumBufferSize: BufferSize, leaveOpen: true);
    private static long s_last;

    private readonly CancellationTokenSource _closed = new();

    private LineConnection(Socket socket)
        : base(Interlocked.Increment(ref s_last).ToString("x", CultureInfo.InvariantCulture))
    {
        Socket = new SocketStream(new SocketChannel(socket));
        Stream = Socket;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        Transport = new DuplexPipe(PipeReader.Create(Socket, s_reading), PipeWriter.Create(Socket, s_writing));
        Features.Set(this);
    }

    /// <summary>The bytes on the line.</summary>
    public SocketStream Socket { get; }

    /// <summary>The bytes inside TLS, once <see cref="Secure"/> was called.</summary>
    public Stream Stream { get; private set; }

    /// <summary>Null when the connection is gone already.</summary>
    public static LineConnection? TryCreate(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            return new(socket);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>After the handshake: Kestrel reads and writes inside TLS from here on.</summary>
    public void Secure(SslStream tls)
    {
        Stream = tls;
        Transport = new DuplexPipe(PipeReader.Create(tls, s_reading), PipeWriter.Create(tls, s_writing));
    }

    /// <summary>After the upgrade: what Kestrel has read beyond the request. Whoever takes it reads <see cref="Stream"/> from then on.</summary>
    public byte[] TakeReceived()
    {
        if (!Transport.Input.TryRead(out var read)) return [];
        var received = read.Buffer.ToArray();
        Transport.Input.AdvanceTo(read.Buffer.End);
        return received;
    }

    public override void Abort(ConnectionAbortedException abortReason) => Socket.Channel.Abort();

    public override async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        Socket.Channel.Dispose();
        await base.DisposeAsync();
        _closed.Dispose();
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
