namespace Nexus.Protocol.Backend;

/// <summary>
/// How many data messages of one TCP stream may still go to the receiver, counted from the first one on: the receiver's
/// buffer holds <see cref="Initial"/> messages before it has granted anything, so its first grant replaces that window instead
/// of adding to it. One owner at a time: not thread-safe.
/// </summary>
/// <remarks>
/// The balance is held at <see cref="Initial"/>, since original clients grant as configured but hold 64 messages. Datagram
/// streams have no window: original clients never return their credits.
/// </remarks>
public struct CreditWindow
{
    /// <summary>The window before the first grant, and the largest one ever.</summary>
    public const int Initial = 64;

    /// <summary>Most credits that one grant counts for.</summary>
    public const int MaxGrant = 1_048_576;

    private int _spent; // counted from Initial downwards, so that the default value is a fresh window

    /// <summary>Messages that may be sent now; not positive means wait. Negative after a first grant smaller than what was sent before it.</summary>
    public readonly int Balance => Initial - _spent;

    /// <summary>Whether the receiver has ever granted anything for this stream.</summary>
    public bool HasGrant { get; private set; }

    /// <summary>Whether the receiver counts no credits, so that only its pauses hold the sender back.</summary>
    public bool IsUnlimited { get; private set; }

    /// <summary>Whether a message may be sent.</summary>
    public readonly bool CanSend => IsUnlimited || _spent < Initial;

    /// <summary>Takes the credit for one message; false, and nothing changes, when there is none.</summary>
    public bool TryTake()
    {
        if (IsUnlimited) return true;
        if (_spent >= Initial) return false;
        _spent++;
        return true;
    }

    /// <summary>Gives back a credit that was taken for a message that was not sent.</summary>
    public void Return()
    {
        if (!IsUnlimited && _spent > 0) _spent--;
    }

    /// <summary>
    /// Counts a grant as received. Not positive ones count for nothing (they only end a pause), larger ones than
    /// <see cref="MaxGrant"/> for that many, and the balance never exceeds <see cref="Initial"/>. A grant in unlimited mode is ignored.
    /// </summary>
    public void Grant(long credits)
    {
        if (credits <= 0 || IsUnlimited) return;
        var added = (int)Math.Min(credits, MaxGrant) - (HasGrant ? 0 : Initial);
        HasGrant = true;
        _spent = Math.Max(_spent - added, 0);
    }

    /// <summary>
    /// Stops counting, for a receiver that never grants anything on any stream of its session. Without effect once this stream has a grant.
    /// </summary>
    public void MakeUnlimited() => IsUnlimited = !HasGrant;
}
