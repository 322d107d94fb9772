namespace Nexus.Fuzzing;

/// <summary>Gives an input a few bytes at a time: 1, 2, 3, … and again from 1.</summary>
internal sealed class PiecewiseStream(byte[] input) : MemoryStream(input, writable: false)
{
    private const int LongestPiece = 1_500;
    private int _piece;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _piece = (_piece * 2 % LongestPiece) + 1;
        return base.ReadAsync(buffer[..Math.Min(buffer.Length, _piece)], cancellationToken);
    }
}
