namespace Nexus.Client.Streams;

/// <summary>
/// The memory of one session for bytes that local services do not take. When half of it is used, streams that hold more than
/// their share are paused; when all of it is, such a stream is ended. Others are not touched.
/// </summary>
internal sealed class ReceiveBudget(long limit)
{
    private long _used;
    private int _holders;

    public long Used => Interlocked.Read(ref _used);

    /// <summary>Whether a stream that holds so much should be paused.</summary>
    public bool IsTooMuch(long held) => Used > limit / 2 && held > limit / 2 / Holders;

    /// <summary>Whether a stream that holds so much must end.</summary>
    public bool IsSpent(long held) => Used > limit && held > limit / Holders;

    public Share CreateShare() => new(this);

    private int Holders => Math.Max(1, Volatile.Read(ref _holders));

    /// <summary>What one stream holds of it.</summary>
    public sealed class Share(ReceiveBudget budget)
    {
        private readonly Lock _lock = new();
        private long _held;
        private bool _isClosed;

        /// <summary>The stream ends: what it holds is about to be freed.</summary>
        public void Close()
        {
            lock (_lock)
            {
                Hold(0);
                _isClosed = true;
            }
        }

        /// <summary>Looks how much the stream holds now, in an order in which the last look is the newest.</summary>
        public long Update(Func<long> look)
        {
            lock (_lock)
            {
                if (!_isClosed) Hold(look());
                return _held;
            }
        }

        private void Hold(long held)
        {
            if (held == _held) return;
            Interlocked.Add(ref budget._used, held - _held);
            if (held == 0 || _held == 0) Interlocked.Add(ref budget._holders, held == 0 ? -1 : 1);
            _held = held;
        }
    }
}
