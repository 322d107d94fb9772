namespace Nexus.Hub.Bandwidth;

/// <summary>
/// A bucket of bytes that fills at a constant rate. It may be overdrawn by one charge, which the time to come pays back, so
/// its size needs not be known beforehand. Not synchronised.
/// </summary>
internal sealed class ByteBucket
{
    private readonly long _bytesPerSecond;
    private readonly double _capacity;
    private readonly TimeProvider _time;
    private double _bytes;
    private long _filledAt;

    /// <param name="bytesPerSecond">The rate.</param>
    /// <param name="capacity">What it holds at most, and at first.</param>
    /// <param name="time">The clock.</param>
    public ByteBucket(long bytesPerSecond, long capacity, TimeProvider time)
    {
        _bytesPerSecond = bytesPerSecond;
        _capacity = capacity;
        _time = time;
        _bytes = capacity;
        _filledAt = time.GetTimestamp();
    }

    /// <summary>As of the last <see cref="Fill"/>: whether something may be charged.</summary>
    public bool HasBytes => _bytes >= 1;

    /// <summary>As of the last <see cref="Fill"/>: how long until something may be charged.</summary>
    public TimeSpan TimeToBytes => TimeSpan.FromSeconds(Math.Max(0, 1 - _bytes) / _bytesPerSecond);

    /// <summary>Adds what has come in since the last call.</summary>
    public void Fill()
    {
        var now = _time.GetTimestamp();
        Refund(_time.GetElapsedTime(_filledAt, now).TotalSeconds * _bytesPerSecond);
        _filledAt = now;
    }

    public void Charge(int bytes) => _bytes -= bytes;

    public void Refund(double bytes) => _bytes = Math.Min(_capacity, _bytes + bytes);
}
