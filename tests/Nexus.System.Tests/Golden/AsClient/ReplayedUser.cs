using System.Threading.Channels;
using Nexus.Contracts.Carriers;
using Nexus.Protocol.Channels;
using Nexus.SystemTests.Golden.Wire;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>A user behind an edge: reads all the time, unless it is stalled.</summary>
internal sealed class ReplayedUser : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly MemoryStream _received = new();
    private readonly MemoryStream _sent = new();
    private readonly RelayClientChannel _channel;
    private readonly Changes _changes;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<ReadOnlyMemory<byte>> _toSend = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly Task _reading;
    private readonly Task _writing;
    private TaskCompletionSource _mayRead = new();
    private ChannelReadStatus? _end;

    public ReplayedUser(RelayClientChannel channel, Changes changes)
    {
        _channel = channel;
        _changes = changes;
        _mayRead.SetResult();
        _reading = ReadAsync();
        _writing = WriteAsync();
    }

    public byte[] Received => Read(_received.ToArray);

    public long ReceivedBytes => Read(() => _received.Length);

    public byte[] Sent => Read(_sent.ToArray);

    public long SentBytes => Read(() => _sent.Length);

    /// <summary>How the hub's side ended; null while it has not.</summary>
    public ChannelReadStatus? End => Read(() => _end);

    /// <summary>The hub's word for the end, once it has broken the stream.</summary>
    public string? EndReason => _channel.EndReason;

    /// <summary>Reads no more until told to.</summary>
    public void Stall()
    {
        lock (_lock) _mayRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Resume() => Read(() => _mayRead).TrySetResult();

    /// <summary>Sends as fast as the stream takes it.</summary>
    public void Send(ReadOnlyMemory<byte> bytes)
    {
        lock (_lock) _sent.Write(bytes.Span);
        _toSend.Writer.TryWrite(bytes);
    }

    /// <summary>Whether its FIN is sent.</summary>
    public bool HasFinished { get; private set; }

    /// <summary>FIN, after everything sent.</summary>
    public async Task FinishAsync()
    {
        HasFinished = true;
        _toSend.Writer.TryComplete();
        await _writing.BoundedAsync();
        await _channel.CompleteWritesAsync(TestContext.Current.CancellationToken).BoundedAsync();
    }

    /// <summary>RST; also what an edge does when a user who has closed is sent more.</summary>
    public void Reset() => _channel.Abort();

    public async ValueTask DisposeAsync()
    {
        Resume();
        _toSend.Writer.TryComplete();
        await _stop.CancelAsync();
        await _reading;
        _channel.Abort();
        await _writing;
        await _channel.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var bytes in _toSend.Reader.ReadAllAsync()) await _channel.WriteAsync(bytes, _stop.Token);
        }
        catch (Exception ex) when (ex is IOException or OperationCanceledException)
        {
            _changes.Signal(); // what a user writes after the end is lost in its own machine
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        while (End is null)
        {
            try
            {
                await Read(() => _mayRead.Task).WaitAsync(_stop.Token);
                await _channel.WaitToReadAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Take(_channel.TryRead(buffer), buffer);
            _changes.Signal();
        }
    }

    private void Take(ChannelRead read, byte[] buffer)
    {
        lock (_lock)
        {
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) _end = read.Status;
            _received.Write(buffer, 0, read.Count);
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (_lock) return read();
    }
}
