using Nexus.Acme.Signing;

namespace Nexus.Acme.Transport;

/// <summary>One-time numbers that the authority gave with its answers (RFC 8555 §6.5), newest first; old ones fall out.</summary>
internal sealed class NoncePool
{
    private const int Capacity = 16;
    private const int MaxLength = 512;

    private readonly Lock _lock = new();
    private readonly LinkedList<string> _nonces = [];

    /// <summary>A number for one request; null when there is none.</summary>
    public string? TryTake()
    {
        lock (_lock)
        {
            var newest = _nonces.First;
            if (newest is null) return null;
            _nonces.RemoveFirst();
            return newest.Value;
        }
    }

    /// <summary>Keeps a number; false when it is missing or none (RFC 8555 §6.5.1: base64url only).</summary>
    public bool Add(string? nonce)
    {
        if (nonce is null || nonce.Length is 0 or > MaxLength || !Base64UrlText.IsValid(nonce)) return false;
        lock (_lock)
        {
            _nonces.AddFirst(nonce);
            if (_nonces.Count > Capacity) _nonces.RemoveLast();
        }

        return true;
    }

    /// <summary>Forgets all: the authority does not take them any more.</summary>
    public void Clear()
    {
        lock (_lock) { _nonces.Clear(); }
    }
}
