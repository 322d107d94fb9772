namespace Nexus.Protocol.Backend.Signatures;

/// <summary>EdDSA with an Ed25519 key (RFC 8037), also under its newer name (RFC 9864).</summary>
internal sealed class Ed25519TokenKey : PublicTokenKey
{
    private readonly byte[] _bytes;
    private readonly EdwardsPoint _point;

    private Ed25519TokenKey(string? id, string? algorithm, byte[] bytes, in EdwardsPoint point)
        : base(id, algorithm)
    {
        _bytes = bytes;
        _point = point;
    }

    /// <summary>Null when it is no Ed25519 key.</summary>
    public static Ed25519TokenKey? TryCreate(string? id, string? algorithm, string? curve, byte[]? x) =>
        curve == "Ed25519" && x is { Length: Ed25519.KeySize } && Ed25519.TryReadKey(x, out var point) ? new(id, algorithm, x, point) : null;

    internal override bool Fits(string algorithm) => algorithm is "EdDSA" or "Ed25519";

    internal override bool Verify(string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) =>
        Supports(algorithm) && Ed25519.Verify(_point, _bytes, signed, signature);
}
