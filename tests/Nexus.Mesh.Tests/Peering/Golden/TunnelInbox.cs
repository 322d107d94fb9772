using System.Threading.Channels;
using Nexus.Mesh.Tests.Peering.Fakes;

namespace Nexus.Mesh.Tests.Peering.Golden;

/// <summary>What our mesh has said of one tunnel, as the recorded node sees it; and the credits of both sides.</summary>
internal sealed class TunnelInbox
{
    private const int Batch = 8;

    private readonly Channel<byte[]> _data = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _credits = new(0);
    private byte[] _rest = [];
    private volatile bool _isGranted;
    private int _consumed;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Our mesh has closed it.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Grants of our mesh, in order.</summary>
    public List<long> Grants { get; } = [];

    /// <summary>Whether the recorded node has granted anything: then it goes on as the original does.</summary>
    public bool HasGranted { get; set; }

    /// <summary>From the link's reading loop. True when 8 more were consumed by one who grants.</summary>
    public bool Put(LinkMessage message)
    {
        switch (message.Marker)
        {
            case 0x11:
                _data.Writer.TryWrite(message.Data);
                return HasGranted && ++_consumed % Batch == 0;
            case 0x12:
                _data.Writer.TryComplete();
                _closed.TrySetResult();
                break;
            case 0x15:
                lock (Grants) Grants.Add(message.Credits);
                _isGranted = true;
                _credits.Release((int)message.Credits);
                break;
        }

        return false;
    }

    /// <summary>Before anything is sent: an old node that has heard of no credits needs none.</summary>
    public async Task TakeCreditAsync()
    {
        if (_isGranted) Assert.True(await _credits.WaitAsync(TestTimeouts.Default, Cancellation), "Our mesh grants nothing.");
    }

    /// <summary>Exactly so many bytes of the stream.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        while (_rest.Length < count) _rest = [.. _rest, .. await DatagramAsync()];
        var bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    public Task<byte[]> DatagramAsync() => _data.Reader.ReadAsync(Cancellation).BoundedAsync();

    /// <summary>64 first, then as many as were consumed, by eights.</summary>
    public void CheckGrants(bool isDatagrams)
    {
        lock (Grants)
        {
            if (isDatagrams) Assert.Empty(Grants);
            else if (Grants.Count > 0) Assert.Equal(64, Grants[0]);
            Assert.All(Grants.Skip(1), credits => Assert.Equal(0, credits % Batch));
        }
    }
}
