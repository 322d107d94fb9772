using System.Text;
using Nexus.Contracts.Carriers;
using Nexus.Protocol.Channels;

namespace Nexus.Edge.Tests.Fakes;

/// <summary>A user's stream as the hub has it; the test is the backend.</summary>
internal sealed class HubStream
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RelayServerChannel _channel;

    public HubStream(OpenStream open, RelayServerChannel channel, CancellationToken callEnded)
    {
        Open = open;
        _channel = channel;
        callEnded.Register(() => _ended.TrySetResult());
    }

    public OpenStream Open { get; }

    /// <summary>Completes when either side has ended the call.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The hub's word for the end.</summary>
    public string EndReason { get; private set; } = "test";

    public IByteChannel Channel => _channel;

    /// <summary>Exactly so many bytes.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        var have = 0;
        while (have < count)
        {
            var read = await ReadSomeAsync(bytes.AsMemory(have));
            Assert.Equal(ChannelReadStatus.Data, read.Status);
            have += read.Count;
        }
        return bytes;
    }

    public async Task<string> ReadTextAsync(int count) => Encoding.Latin1.GetString(await ReadAsync(count));

    /// <summary>Text up to and with the empty line.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append(await ReadTextAsync(1));
        return head.ToString();
    }

    /// <summary>How the user's direction ends, when nothing more is to come.</summary>
    public async Task<ChannelReadStatus> ReadEndAsync() => (await ReadSomeAsync(new byte[1])).Status;

    public Task WriteAsync(ReadOnlyMemory<byte> bytes) => _channel.WriteAsync(bytes, TestContext.Current.CancellationToken).BoundedAsync();

    public Task WriteTextAsync(string text) => WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>The backend's orderly end.</summary>
    public async Task EndAsync()
    {
        await _channel.CompleteWritesAsync(TestContext.Current.CancellationToken);
        _ended.TrySetResult();
    }

    /// <param name="reason">What the hub says of it.</param>
    public void Abort(string reason = "test")
    {
        EndReason = reason;
        _channel.Abort();
        _ended.TrySetResult();
    }

    /// <summary>Joins the stream to a real backend and serves it to its end.</summary>
    public async Task RelayToAsync(IByteChannel backend)
    {
        await using (backend) await DuplexRelay.RunAsync(_channel, backend, new DuplexRelayOptions(), TimeProvider.System, TestContext.Current.CancellationToken);
        _ended.TrySetResult();
    }

    private async Task<ChannelRead> ReadSomeAsync(Memory<byte> buffer)
    {
        while (true)
        {
            await _channel.WaitToReadAsync(TestContext.Current.CancellationToken).BoundedAsync();
            var read = _channel.TryRead(buffer.Span);
            if (read.Status != ChannelReadStatus.Empty) return read;
        }
    }
}
