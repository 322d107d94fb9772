using System.Buffers;

namespace Nexus.Client.Attestation;

/// <summary>Collects what a process writes to one of its outputs, up to a limit; beyond it the rest is read and dropped.</summary>
internal sealed class CommandPipe(Stream stream, int limit)
{
    private readonly ArrayBufferWriter<byte> _collected = new();
    private readonly Lock _lock = new();
    private bool _overflowed;

    /// <summary>Whether more was written than is kept.</summary>
    public bool Overflowed
    {
        get
        {
            lock (_lock) return _overflowed;
        }
    }

    /// <summary>What has been read so far.</summary>
    public byte[] ToArray()
    {
        lock (_lock) return _collected.WrittenSpan.ToArray();
    }

    /// <summary>Reads to the end of the output.</summary>
    public async Task ReadToEndAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[4_096];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            lock (_lock)
            {
                var room = Math.Min(count, limit - _collected.WrittenCount);
                _collected.Write(buffer.AsSpan(0, room));
                _overflowed |= room < count;
            }
        }
    }
}
